package culturalintelligence.testkit.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of S3 as a reader of objects meets: HEAD, GET with ranges and conditions, and
 * ListObjectsV2, by path-style addresses. It counts what it is asked and what it sends, and fails
 * as told.
 *
 * <p>A suffix range ({@code bytes=-5}) is answered with the whole object, as some servers do.
 */
public final class BucketServer implements AutoCloseable {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  /** As S3 lists: by the bytes of the keys in UTF-8. */
  private static final Comparator<String> BY_BYTES =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)?");
  private static final int PAGE = 1000;

  private volatile int page = PAGE;

  /** How the server behaves from now on. */
  public enum Mood {
    WELL,
    /** Every object comes whole, whatever range was asked for. */
    IGNORES_RANGES,
    /** Every body ends after 300 KB, as when a connection breaks. */
    BREAKS_OFF,
    /** Every body breaks off before its first byte. */
    SENDS_NOTHING,
    /** Another range than asked for. */
    SENDS_ANOTHER_RANGE,
    /** 500 to everything. */
    FAILS,
    /** 403 to everything. */
    DENIES,
    /** 403 with the code of an archived object to every GET. */
    ARCHIVED,
    /** Takes a request and is silent for a minute. */
    SILENT
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(byte[] bytes, Instant modified, String tag) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, NavigableMap<String, Stored>> buckets = new ConcurrentHashMap<>();
  private final AtomicInteger tags = new AtomicInteger();
  private final AtomicInteger heads = new AtomicInteger();
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final AtomicInteger failing = new AtomicInteger();
  private volatile Mood mood = Mood.WELL;
  private volatile @Nullable Runnable beforeGet;

  private BucketServer(HttpServer server) {
    this.server = server;
  }

  public static BucketServer start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      BucketServer server = new BucketServer(http);
      http.setExecutor(server.threads);
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /** Makes the bucket, if need be, and puts an object there, new in this moment. */
  public void put(String bucket, String key, byte[] bytes) {
    put(bucket, key, bytes, Instant.now());
  }

  public void put(String bucket, String key, byte[] bytes, Instant modified) {
    buckets
        .computeIfAbsent(bucket, _ -> new ConcurrentSkipListMap<>())
        .put(key, new Stored(bytes, modified, "\"" + tags.incrementAndGet() + "\""));
  }

  public void mood(Mood mood) {
    this.mood = mood;
  }

  /** How many keys a page of a listing holds; S3's own is a thousand. */
  public void page(int keys) {
    page = keys;
  }

  /** Takes an object away, if it is there. */
  public void delete(String bucket, String key) {
    buckets.getOrDefault(bucket, new ConcurrentSkipListMap<>()).remove(key);
  }

  /** The next requests are answered 503, whatever they are. */
  public void failNext(int requests) {
    failing.set(requests);
  }

  /** Runs before the next GET of an object is answered, once. */
  public void beforeNextGet(Runnable action) {
    beforeGet = action;
  }

  public void forget() {
    mood = Mood.WELL;
    page = PAGE;
    failing.set(0);
    beforeGet = null;
    heads.set(0);
    lists.set(0);
    sent.set(0);
    ranges.clear();
  }

  public int heads() {
    return heads.get();
  }

  public int lists() {
    return lists.get();
  }

  /** The Range headers of the GETs of objects, in their order; empty for one without. */
  public List<String> gets() {
    return List.copyOf(ranges);
  }

  /** Bytes of objects written, as far as they left this process. */
  public long bytesSent() {
    return sent.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 2);
      String bucket = decode(path[0]);
      String key = path.length < 2 ? "" : decode(path[1]);
      String method = exchange.getRequestMethod();
      if (!method.equals("HEAD") && !method.equals("GET")) {
        error(exchange, 405, "MethodNotAllowed");
        return;
      }
      count(exchange, method, key);
      if (refused(exchange, method, key)) {
        return;
      }
      NavigableMap<String, Stored> objects = buckets.get(bucket);
      if (objects == null) {
        error(exchange, 404, "NoSuchBucket");
      } else if (key.isEmpty()) {
        list(exchange, objects);
      } else {
        object(exchange, objects.get(key), method.equals("HEAD"));
      }
    }
  }

  private void count(HttpExchange exchange, String method, String key) {
    if (method.equals("HEAD")) {
      heads.incrementAndGet();
    } else if (key.isEmpty()) {
      lists.incrementAndGet();
    } else {
      String range = exchange.getRequestHeaders().getFirst("Range");
      ranges.add(range == null ? "" : range);
      Runnable action = beforeGet;
      if (action != null) {
        beforeGet = null;
        action.run();
      }
    }
  }

  private boolean refused(HttpExchange exchange, String method, String key) throws IOException {
    if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      error(exchange, 503, "SlowDown");
      return true;
    }
    switch (mood) {
      case FAILS -> error(exchange, 500, "InternalError");
      case DENIES -> error(exchange, 403, "AccessDenied");
      case ARCHIVED -> {
        if (method.equals("HEAD") || key.isEmpty()) {
          return false;
        }
        error(exchange, 403, "InvalidObjectState");
      }
      case SILENT -> sleep(Duration.ofMinutes(1));
      case WELL, IGNORES_RANGES, BREAKS_OFF, SENDS_NOTHING, SENDS_ANOTHER_RANGE -> {
        return false;
      }
    }
    return true;
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void object(HttpExchange exchange, @Nullable Stored object, boolean headOnly)
      throws IOException {
    if (object == null) {
      error(exchange, 404, "NoSuchKey");
      return;
    }
    String match = exchange.getRequestHeaders().getFirst("If-Match");
    if (match != null && !match.equals(object.tag)) {
      error(exchange, 412, "PreconditionFailed");
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", object.tag);
    headers.set("Last-Modified", HTTP_DATE.format(object.modified));
    headers.set("Accept-Ranges", "bytes");
    if (headOnly) {
      headers.set("Content-Length", String.valueOf(object.bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(asked == null || mood == Mood.IGNORES_RANGES ? "" : asked);
    int from = 0;
    int to = object.bytes.length;
    int status = 200;
    if (range.matches()) {
      from = Integer.parseInt(range.group(1));
      to = range.group(2) == null ? to : Math.min(to, Integer.parseInt(range.group(2)) + 1);
      if (mood == Mood.SENDS_ANOTHER_RANGE && from > 0) {
        from--;
      }
      if (from >= to) {
        error(exchange, 416, "InvalidRange");
        return;
      }
      status = 206;
      headers.set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + object.bytes.length);
    }
    exchange.sendResponseHeaders(status, to - from);
    int end =
        switch (mood) {
          case BREAKS_OFF -> Math.min(to, from + 300_000);
          case SENDS_NOTHING -> from;
          default -> to;
        };
    try (OutputStream body = exchange.getResponseBody()) {
      for (int at = from; at < end; at += 8192) {
        int n = Math.min(8192, end - at);
        body.write(object.bytes, at, n);
        sent.addAndGet(n);
      }
      body.flush();
    } catch (IOException e) {
      // Whoever asked has had enough, or the body is shorter than announced: the connection ends.
    }
  }

  private void list(HttpExchange exchange, NavigableMap<String, Stored> objects)
      throws IOException {
    Map<String, String> query = query(exchange.getRequestURI());
    String prefix = query.getOrDefault("prefix", "");
    String delimiter = query.getOrDefault("delimiter", "");
    int most = Math.min(page, Integer.parseInt(query.getOrDefault("max-keys", "" + PAGE)));
    String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
    TreeSet<String> names = new TreeSet<>(BY_BYTES);
    for (String key : objects.keySet()) {
      if (key.startsWith(prefix)) {
        int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        names.add(cut < 0 ? key : key.substring(0, cut + 1));
      }
    }
    List<String> listed = names.tailSet(after, false).stream().limit(most + 1L).toList();
    boolean more = listed.size() > most;
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
    for (String name : listed.subList(0, Math.min(most, listed.size()))) {
      Stored object = objects.get(name);
      if (object == null || (!delimiter.isEmpty() && name.endsWith(delimiter))) {
        xml.append("<CommonPrefixes><Prefix>")
            .append(escape(name))
            .append("</Prefix></CommonPrefixes>");
      } else {
        xml.append("<Contents><Key>")
            .append(escape(name))
            .append("</Key><LastModified>")
            .append(object.modified.truncatedTo(ChronoUnit.SECONDS))
            .append("</LastModified><ETag>")
            .append(escape(object.tag))
            .append("</ETag><Size>")
            .append(object.bytes.length)
            .append("</Size></Contents>");
      }
    }
    if (more) {
      xml.append("<NextContinuationToken>")
          .append(escape(listed.get(most - 1)))
          .append("</NextContinuationToken>");
    }
    send(exchange, 200, xml.append("</ListBucketResult>").toString());
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new HashMap<>();
    if (uri.getRawQuery() != null) {
      Arrays.stream(uri.getRawQuery().split("&"))
          .map(pair -> pair.split("=", 2))
          .forEach(pair -> query.put(decode(pair[0]), pair.length < 2 ? "" : decode(pair[1])));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      send(exchange, status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }
  }

  private static void send(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
