package culturalintelligence.localdev.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator reads, and what a script sees: data, reasons, and a verdict as exit code. */
class CratectlTest {
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream stdout = System.out;
  private final PrintStream stderr = System.err;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked.add(request);
          String answer = answers.get(request);
          byte[] body =
              (answer == null
                      ? "{\"error\":\"there is no plan yet\",\"next\":\"cratectl plan\"}"
                      : answer)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 409 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    System.setOut(stdout);
    System.setErr(stderr);
    server.stop(0);
  }

  private int cratectl(String... words) {
    try (OperatorApi api =
        new OperatorApi(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null)) {
      return Cratectl.run(api, words);
    }
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static String progress(String phase, String differences) {
    return """
        {"plan":1,"phase":"%s","rowsTotal":1200,"rowsDone":1200,"bytesDone":2048,"quarantined":2,
         "differences":%s,"takenAt":"2026-01-03T00:00:05Z","checkedAt":"2026-01-03T00:00:00Z",
         "tables":[{"table":"public.artists","verdict":"READY","reasons":[],"rowsTotal":1200,"rowsDone":1200,
           "quarantined":2,"chunks":3,"chunksCopied":3,"chunksChecked":1,"differences":%s,"mapping":"whole"}]}
        """
        .formatted(phase, differences, differences);
  }

  @ParameterizedTest
  @CsvSource({"VERIFIED,0,0", "DIFFERS,1,1", "COPYING,0,2", "STUCK,2,2", "PLANNED,0,2"})
  void theExitCodeIsTheVerdict(String phase, int status, int report) {
    answers.put("GET /operations/status", progress(phase, "0"));
    answers.put(
        "GET /operations/report?limit=100",
        "{\"source\":\"s\",\"target\":\"t\",\"progress\":%s,\"differences\":[],\"quarantined\":[]}"
            .formatted(progress(phase, "0")));

    assertThat(cratectl("status")).isEqualTo(status);
    assertThat(cratectl("report")).isEqualTo(report);
  }

  @Test
  void aStatusEndsWithTheNextStepAndNeverCallsUncheckedZero() {
    answers.put("GET /operations/status", progress("VERIFYING", "null"));

    assertThat(cratectl("status")).isZero();
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ")))
        .startsWith("plan: 1", "phase: verifying")
        .contains("rows: 1 200/1 200 (100.0 %)", "next: cratectl status --watch")
        .anyMatch(line -> line.contains("public.artists 1 200/1 200 3/3 1/3 2 not checked"));
    assertThat(said()).isEmpty();
  }

  @Test
  void aReportNamesWhatDiffersAndWhatWasSetAside() {
    answers.put(
        "GET /operations/report?limit=100",
        """
        {"source":"postgresql://a:1/s","target":"postgresql://b:2/t","progress":%s,
         "counted":{"source":1200,"migrated":1197,"quarantined":2,"waiting":0},
         "differences":[{"table":"public.artists","kind":"MISSING","key":["7"]},
           {"table":"public.artists","kind":"CHANGED","key":["8"],"column":"plays","how":"VALUE",
            "sourceValue":"'1'","targetValue":"'-1'","verdict":"SOURCE_WRONG"}],
         "quarantined":[{"table":"public.artists","key":["9"],"reason":"invalid byte sequence"}]}
        """
            .formatted(progress("DIFFERS", "3")));

    assertThat(cratectl("report")).isEqualTo(1);
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "rows: 1 200 in the source ≠ 1 197 migrated + 2 quarantined",
            "missing public.artists key 7",
            "changed public.artists key 8 column plays (value): '-1', not '1' [source wrong]",
            "… and 1 more",
            "quarantine public.artists key 9 invalid byte sequence",
            "verdict: DIFFERS");
  }

  @Test
  void whatNobodyCountedIsNotCalledANumber() {
    answers.put(
        "GET /operations/report?limit=100",
        "{\"source\":\"s\",\"target\":\"t\",\"progress\":%s,\"counted\":null,\"differences\":[],\"quarantined\":[]}"
            .formatted(progress("COPYING", "null")));

    assertThat(cratectl("report")).isEqualTo(2);
    assertThat(printed()).contains("not counted");
  }

  @ParameterizedTest
  @CsvSource({"EQUAL,0", "DIFFERS,1", "WAITING,2", "COULD_NOT,2"})
  void aQuickVerificationIsOfTheBuckets(String result, int exit) {
    answers.put(
        "POST /operations/verify/buckets?table=public.artists",
        """
        [{"table":"public.artists","result":"%s","rows":1200,"buckets":32,"bucketsThatDiffer":1,"rowsFetched":80,
          "seconds":0.5,"waiting":0,"differences":[]}]
        """
            .formatted(result));

    assertThat(cratectl("verify", "--quick", "--table", "public.artists")).isEqualTo(exit);
    assertThat(asked).containsExactly("POST /operations/verify/buckets?table=public.artists");
  }

  private static final String TO_REPAIR =
      """
      {"plan":1,"executed":false,"applied":1,"left":1,"items":[
        {"table":"public.artists","key":["7"],"action":"APPLY","differences":[{"kind":"MISSING"}]},
        {"table":"public.tracks","key":["8"],"action":"LEAVE_VALIDATED",
         "differences":[{"kind":"RESIDUE","column":"note"}]}],"repairs":[]}
      """;

  @Test
  void aRepairIsAListUntilItIsToldToBeDone() {
    answers.put("GET /operations/repair?overwrite-validated=false", TO_REPAIR);

    assertThat(cratectl("repair")).isEqualTo(1);
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "apply public.artists key 7 missing",
            "leave validated public.tracks key 8 residue note",
            "next: cratectl repair --execute");
    assertThat(asked).containsExactly("GET /operations/repair?overwrite-validated=false");
  }

  @ParameterizedTest
  @CsvSource({"EQUAL,0", "DIFFERS,1", "LEFT,1"})
  void aRepairsExitCodeSaysWhatTheRowsAreAfterwards(String state, int exit) {
    answers.put("POST /operations/repair?overwrite-validated=true", TO_REPAIR);
    answers.put(
        "POST /operations/repair/settle",
        """
        {"plan":1,"executed":true,"applied":0,"left":0,"items":[],"repairs":[
          {"id":2,"table":"public.artists","key":["7"],"state":"EQUAL","done":"applied again from the source"},
          {"id":1,"table":"public.tracks","key":["8"],"state":"%s","done":"applied again from the source"}]}
        """
            .formatted(state));

    assertThat(cratectl("repair", "--execute", "--overwrite-validated")).isEqualTo(exit);
    assertThat(asked)
        .containsExactly(
            "POST /operations/repair?overwrite-validated=true", "POST /operations/repair/settle");
  }

  @ParameterizedTest
  @CsvSource({"EQUAL,true,0", "DIFFERS,true,1", "DIFFERS,false,1", "COULD_NOT,true,2"})
  void evidenceIsCheckedAgainFromItsFile(
      String result, boolean intact, int exit, @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
      throws java.io.IOException {
    java.nio.file.Path file = folder.resolve("bundle.json");
    java.nio.file.Files.writeString(file, "{}");
    answers.put(
        "POST /operations/evidence/check",
        "{\"intact\":%s,\"result\":\"%s\",\"tables\":[{\"table\":\"public.artists\",\"against\":\"source\",\"result\":\"%s\",\"buckets\":[3],\"says\":\"x\"}]}"
            .formatted(intact, result, result));

    assertThat(cratectl("evidence", "check", file.toString())).isEqualTo(exit);
    assertThat(printed()).contains(intact ? "intact" : "CHANGED").contains("(buckets 3)");
    assertThat(cratectl("evidence", "check", folder.resolve("none").toString())).isEqualTo(2);
  }

  @Test
  void aDiscoveryIsATableWithReasonsBelow() {
    answers.put(
        "GET /operations/discover",
        """
        {"source":"postgresql://a:1/s","tables":[{"table":"public.files","estimatedRows":-1,"totalBytes":8192,
         "key":[],"columns":2,"verdict":"READY_WITH_CHANGES","reasons":["no key"],"mapping":"whole"}]}
        """);

    assertThat(cratectl("discover")).isZero();
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "public.files not analysed 8.0 KB none whole ready with changes",
            "public.files: no key");
  }

  @Test
  void theTwinForProgramsIsTheAnswerItself() {
    answers.put("GET /operations/status", progress("VERIFIED", "0"));

    assertThat(cratectl("status", "--json")).isZero();
    assertThat(printed()).startsWith("{").contains("\"phase\" : \"VERIFIED\"");
  }

  @Test
  void aRefusalSaysWhyAndWhatNextOnTheOtherStream() {
    assertThat(cratectl("start")).isEqualTo(2);
    assertThat(printed()).isEmpty();
    assertThat(said()).contains("cratectl: there is no plan yet").contains("next: cratectl plan");
    assertThat(asked).containsExactly("POST /operations/start");
  }

  @Test
  void whereNobodyAnswersItSaysSo() {
    server.stop(0);

    assertThat(cratectl("status")).isEqualTo(2);
    assertThat(said()).contains("nobody answers at").contains("next: local-dev/run");
  }

  @Test
  void theSchemaIsOnlyAppliedWhenToldTo() {
    answers.put("GET /operations/schema", "{\"applied\":[],\"pending\":[\"V1 music\"]}");
    answers.put("POST /operations/schema", "{\"applied\":[\"V1 music\"],\"pending\":[]}");

    assertThat(cratectl("schema")).isZero();
    assertThat(asked).containsExactly("GET /operations/schema");
    assertThat(printed()).contains("cratectl schema --execute");
    assertThat(cratectl("schema", "--execute")).isZero();
    assertThat(asked).endsWith("POST /operations/schema");
  }
}
