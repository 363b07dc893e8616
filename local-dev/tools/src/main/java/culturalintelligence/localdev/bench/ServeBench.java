package culturalintelligence.localdev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.localdev.servers.EmbeddedPostgresServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the analysis function answers in a second, over real HTTP on connections kept open, from the
 * packaged code and a database with fsync on.
 *
 * <p>The same load goes to two processes, one with a thousand tracks behind it and one with as many
 * as asked for, in turns, so that a machine that slows down slows both: what is compared is the
 * growth of the library and nothing else. Clients and servers share this machine's processors; the
 * rates are a floor.
 */
@Command(
    name = "local-dev/bench serve",
    mixinStandardHelpOptions = true,
    description =
        "Measures requests for known files at 1,000 and at N tracks, and one new file sent by 50 clients at once.",
    footer = {
      "",
      "Prints one JSON line: for small and large library requests/s, p50 and p99 in milliseconds, errors, and the database's",
      "transactions per request (1 is one round trip; the request log's own come on top); ratio (large to small, in",
      "requests/s: 1 is no cost of size); and for the new files tracks made and different answers given per file.",
      "Exit code 1 if a request failed, or a new file made more than one track or answer. The libraries are kept in DIR."
    })
public final class ServeBench implements Callable<Integer> {
  private static final int SMALL = 1_000;
  private static final int KNOWN = 200;
  private static final int KNOWN_BYTES = 32 << 10;
  private static final int SAME_FILE_CLIENTS = 50;
  private static final int SAME_FILES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--tracks",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "tracks of the large library (default ${DEFAULT-VALUE})")
  private long tracks;

  @Option(
      names = "--clients",
      defaultValue = "100",
      paramLabel = "N",
      description = "clients at once, each on a connection of its own (default ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "S",
      description = "of load on each library, in all (default ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "4",
      paramLabel = "N",
      description = "how often they take turns (default ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "where the server keeps its files (default: .data/bench in the repository)")
  private @Nullable Path data;

  @Option(names = "--home", hidden = true, description = "the repository")
  private Path home = Path.of(".");

  /** Prints the line; exit code 2 when it could not be measured. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new ServeBench()).execute(args));
  }

  /** One round's requests. */
  private record Load(List<Long> nanos, int errors, double seconds, double transactions) {}

  @Override
  public Integer call() throws Exception {
    if (tracks < SMALL || clients < 1 || seconds < 1 || rounds < 1) {
      System.err.println("--tracks must be 1000 or more, --clients, --seconds, --rounds 1 or more");
      return 2;
    }
    Path folder = (data == null ? home.resolve(".data/bench") : data).toAbsolutePath().normalize();
    Path music = Files.createDirectories(folder.resolve("serve-music"));
    List<String> known = known(music);
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start(folder.resolve("serve"))) {
      library(server, SMALL);
      library(server, tracks);
      try (Service small = start(server, SMALL, music, folder);
          Service large = start(server, tracks, music, folder)) {
        ObjectNode line = measure(server, small, large, known, music);
        System.out.println(line);
        return line.path("failed").asBoolean() ? 1 : 0;
      }
    }
  }

  private ObjectNode measure(
      EmbeddedPostgresServer server, Service small, Service large, List<String> known, Path music)
      throws Exception {
    for (Service service : List.of(small, large)) {
      say("warming up with %d tracks", service.tracks());
      load(server, service, known, 4);
    }
    List<Load> ofSmall = new ArrayList<>();
    List<Load> ofLarge = new ArrayList<>();
    double each = Math.max(1, seconds / (double) rounds);
    for (int round = 1; round <= rounds; round++) {
      say("round %d of %d", round, rounds);
      ofSmall.add(load(server, small, known, each));
      ofLarge.add(load(server, large, known, each));
    }
    ObjectNode line = JSON.createObjectNode();
    line.put("bench", "serve").put("clients", clients);
    ObjectNode first = line.putObject("small");
    double rateOfSmall = put(first, SMALL, ofSmall);
    double rateOfLarge = put(line.putObject("large"), tracks, ofLarge);
    line.put("ratio", rounded(rateOfLarge / rateOfSmall));
    say("new files, each sent by %d clients at once", SAME_FILE_CLIENTS);
    ObjectNode same = sameNewFiles(server, large, music);
    line.set("same_new_file", same);
    boolean failed =
        line.at("/small/errors").asInt() + line.at("/large/errors").asInt() > 0
            || same.path("errors").asInt() > 0
            || same.path("most_tracks").asInt() != 1
            || same.path("most_answers").asInt() != 1;
    line.put("failed", failed);
    return line;
  }

  private static double put(ObjectNode node, long tracks, List<Load> loads) {
    List<Long> all = loads.stream().flatMap(load -> load.nanos().stream()).sorted().toList();
    double time = loads.stream().mapToDouble(Load::seconds).sum();
    double rate = all.size() / time;
    node.put("tracks", tracks);
    node.put("requests", all.size());
    node.put("requests_per_second", Math.round(rate));
    node.put("p50_ms", millis(all, 0.50));
    node.put("p99_ms", millis(all, 0.99));
    node.put("errors", loads.stream().mapToInt(Load::errors).sum());
    node.put(
        "transactions_per_request",
        rounded(loads.stream().mapToDouble(Load::transactions).sum() / Math.max(1, all.size())));
    return rate;
  }

  private static double millis(List<Long> sorted, double quantile) {
    return sorted.isEmpty()
        ? 0
        : rounded(
            sorted.get((int) Math.min(sorted.size() - 1L, (long) (sorted.size() * quantile)))
                / 1e6);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** Every client asks for one known file after the other until the time is up. */
  private Load load(
      EmbeddedPostgresServer server, Service service, List<String> known, double forSeconds)
      throws Exception {
    double before = transactions(server, service.database());
    long started = System.nanoTime();
    long until = started + (long) (forSeconds * 1e9);
    List<Future<List<Long>>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int client = 0; client < clients; client++) {
        Random random = new Random(client);
        all.add(
            threads.submit(
                () -> {
                  List<Long> nanos = new ArrayList<>();
                  try (HttpConnection connection = new HttpConnection(service.port())) {
                    while (System.nanoTime() < until) {
                      long from = System.nanoTime();
                      String answer = connection.analyse(known.get(random.nextInt(known.size())));
                      boolean right = answer.startsWith("{\"status\":\"success\"");
                      nanos.add(right ? System.nanoTime() - from : -1);
                    }
                  }
                  return nanos;
                }));
      }
    }
    double took = (System.nanoTime() - started) / 1e9;
    List<Long> nanos = new ArrayList<>();
    int errors = 0;
    for (Future<List<Long>> one : all) {
      try {
        for (long n : one.get()) {
          if (n < 0) {
            errors++;
          } else {
            nanos.add(n);
          }
        }
      } catch (java.util.concurrent.ExecutionException e) {
        say("a client ended: %s", String.valueOf(e.getCause()));
        errors++;
      }
    }
    return new Load(nanos, errors, took, transactions(server, service.database()) - before);
  }

  /** Backends report what they did a second after it at the latest. */
  private static double transactions(EmbeddedPostgresServer server, String database)
      throws SQLException, InterruptedException {
    Thread.sleep(1_500);
    return number(
        server,
        "postgres",
        "select xact_commit + xact_rollback from pg_stat_database where datname = '%s'"
            .formatted(database));
  }

  private ObjectNode sameNewFiles(EmbeddedPostgresServer server, Service service, Path music)
      throws Exception {
    long stamp = Instant.now().toEpochMilli();
    int errors = 0;
    int mostAnswers = 0;
    int mostTracks = 0;
    List<Long> nanos = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(SAME_FILE_CLIENTS)) {
      for (int file = 0; file < SAME_FILES; file++) {
        String path = wav(music, "new-%d-%d".formatted(stamp, file), 1 << 20, stamp + file);
        CyclicBarrier together = new CyclicBarrier(SAME_FILE_CLIENTS);
        Set<String> answers = ConcurrentHashMap.newKeySet();
        List<Future<Long>> all = new ArrayList<>();
        for (int client = 0; client < SAME_FILE_CLIENTS; client++) {
          all.add(
              threads.submit(
                  () -> {
                    try (HttpConnection connection = new HttpConnection(service.port())) {
                      together.await(30, TimeUnit.SECONDS);
                      long from = System.nanoTime();
                      ObjectNode answer = (ObjectNode) JSON.readTree(connection.analyse(path));
                      boolean right = answer.path("status").asText().equals("success");
                      answer.remove(List.of("api_info", "source"));
                      answers.add(answer.toString());
                      return right ? System.nanoTime() - from : -1L;
                    }
                  }));
        }
        for (Future<Long> one : all) {
          long took = one.get();
          errors += took < 0 ? 1 : 0;
          nanos.add(took);
        }
        mostAnswers = Math.max(mostAnswers, answers.size());
        mostTracks =
            Math.max(
                mostTracks,
                (int)
                    number(
                        server,
                        service.database(),
                        "select count(*) from track where path = '%s'".formatted(path)));
      }
    }
    nanos.sort(Comparator.naturalOrder());
    ObjectNode node = JSON.createObjectNode();
    node.put("files", SAME_FILES).put("clients", SAME_FILE_CLIENTS).put("megabytes", 1);
    node.put("most_tracks", mostTracks).put("most_answers", mostAnswers).put("errors", errors);
    return node.put("p50_ms", millis(nanos, 0.5)).put("p99_ms", millis(nanos, 0.99));
  }

  private static List<String> known(Path music) throws IOException {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < KNOWN; i++) {
      paths.add(wav(music, "Artist %d - Known Track".formatted(i), KNOWN_BYTES, i));
    }
    return paths;
  }

  /** Noise in a WAV file; one that is there is left, so that it stays known. */
  private static String wav(Path music, String name, int bytes, long seed) throws IOException {
    Path file = music.resolve(name + ".wav");
    if (!Files.exists(file)) {
      byte[] noise = new byte[bytes];
      new Random(seed).nextBytes(noise);
      ByteBuffer head = ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN);
      head.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(bytes - 8);
      head.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(16);
      head.putShort((short) 1).putShort((short) 2).putInt(44_100).putInt(176_400);
      head.putShort((short) 4).putShort((short) 16);
      head.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(bytes - 44);
      Files.write(file, noise);
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
    return "/srv/music/" + name + ".wav";
  }

  private static String database(long tracks) {
    return "serve_" + tracks;
  }

  /** A library of so many tracks, half of them copies of others, made once. */
  private void library(EmbeddedPostgresServer server, long size) throws SQLException, IOException {
    String database = database(size);
    server.database(database);
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      if (has(statement, "select to_regclass('bench_made') is not null")) {
        return;
      }
      say("making a library of %d tracks", size);
      statement.execute("drop schema public cascade; create schema public");
      try (Stream<Path> files = Files.list(home.resolve("sql/cultural-intelligence"))) {
        for (Path script : files.filter(f -> f.toString().endsWith(".sql")).sorted().toList()) {
          statement.execute(Files.readString(script));
        }
      }
      statement.execute("set search_path = public; set synchronous_commit = off");
      statement.execute(
          """
          insert into content (sha256, size_bytes, payload_digest, container, codec, duration_seconds,
            sample_rate, channels, bitrate, lossless, facts_source, metadata)
          select sha256(i::text::bytea), 8000000 + i, sha256(('p' || i / 3)::bytea), 'MP3', 'MP3', 320.5, 44100,
            2, 320000, false, 'analysed', jsonb_build_object('extraction_success', true, 'raw_tags', '{}'::jsonb,
              'normalized', jsonb_build_object('title', 'Title ' || i, 'artist', 'Artist ' || i %% 5000,
                'genre', 'House', 'duration', 320.5, 'bitrate', 320000, 'sample_rate', 44100, 'channels', 2))
          from generate_series(1, %1$d) i;
          insert into track (path_digest, match_digest, path, folder, file_name, extension, size_bytes, modified,
            content_sha256, origin)
          select d, d, p, '/srv/music/bulk/' || i / 500, 'Artist - Title ' || i || '.mp3', 'mp3', 8000000 + (i + 1) / 2,
            '2025-01-01Z', sha256(((i + 1) / 2)::text::bytea), 'analysed'
          from (select i, p, encode(substr(sha256(convert_to(p, 'UTF8')), 1, 16), 'hex')::uuid as d
            from (select i, '/srv/music/bulk/' || i / 500 || '/Artist - Title ' || i || '.mp3' as p
              from generate_series(1, %2$d) i) x) y;
          insert into classification (id, path_digest, content_sha256, origin, artist, title, genre, bpm, musical_key,
            confidence, field_confidence, sources, method, decided_at)
          select gen_random_uuid(), path_digest, content_sha256, 'analysis', 'Artist ' || id %% 5000, 'Title ' || id,
            'House', 124.5, 'Am', 0.9, '{"artist": 0.9}', '[["tag_genre", "House", 0.8]]', 'evidence', now()
          from track;
          analyze;
          create table bench_made (at timestamptz not null default now());
          """
              .formatted(size / 2, size));
    }
  }

  private static boolean has(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static double number(EmbeddedPostgresServer server, String database, String sql)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getDouble(1);
    }
  }

  /** The packaged functions over one library. */
  private record Service(Process process, int port, long tracks) implements AutoCloseable {
    String database() {
      return ServeBench.database(tracks);
    }

    @Override
    public void close() {
      process.destroy();
      try {
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  private Service start(EmbeddedPostgresServer server, long size, Path music, Path folder)
      throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path log = folder.resolve("serve-%d.log".formatted(size));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dquarkus.http.port=" + port,
                "-jar",
                home.resolve("local-dev/server/target/quarkus-app/quarkus-run.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "CULTURAL_INTELLIGENCE_URL", server.database(database(size)),
                "CULTURAL_INTELLIGENCE_USER", server.user(),
                "LIBRARY_ROOTS", "/srv/music=" + music));
    Service service = new Service(builder.start(), port, size);
    Instant until = Instant.now().plus(Duration.ofMinutes(2));
    while (Instant.now().isBefore(until) && service.process().isAlive()) {
      try (HttpConnection connection = new HttpConnection(port)) {
        JsonNode health = JSON.readTree(connection.get("/api/v3.2/health"));
        if (health.path("status").asText().equals("healthy")) {
          return service;
        }
      } catch (IOException e) {
        // Not there yet.
      }
      Thread.sleep(200);
    }
    service.close();
    throw new IOException("the functions did not start; see " + log);
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not worth a dependency
  private static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
