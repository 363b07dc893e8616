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
  void aStatusSaysWhyItIsSlowAndOnlyWhenItIs() {
    String quiet = progress("COPYING", "null");
    answers.put("GET /operations/status", quiet);
    cratectl("status");
    assertThat(printed()).doesNotContain("slow:", "limits:", "indexes:", "failing:");

    answers.put(
        "GET /operations/status",
        quiet.replace(
            "\"plan\":1,",
            "\"plan\":1,\"control\":{\"throttle\":{\"workers\":1,\"active\":4},\"slow\":\"workers at most 1\","
                + "\"attempts\":1,\"laidAside\":6,\"deadLetters\":2},"));
    cratectl("status");
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "limits: at most 1 workers, 4 sessions at work on the source",
            "slow: workers at most 1",
            "failing: 2 messages: cratectl redrive says why")
        .anyMatch(line -> line.startsWith("indexes: 6 are made after the last chunk"));
  }

  @Test
  void theControlVerbsAskForWhatTheySay() {
    answers.put("POST /operations/throttle", progress("COPYING", "null"));
    answers.put("POST /operations/resume", "{\"plan\":1,\"chunks\":4}");
    answers.put(
        "POST /operations/cancel?discard=true&execute=false",
        "{\"plan\":1,\"attempts\":2,\"executed\":false,\"discarded\":{\"tables\":[\"artists\"],\"rows\":1200,"
            + "\"tracks\":7,\"classifications\":8}}");
    answers.put(
        "GET /operations/dead-letters",
        "{\"letters\":[{\"queue\":\"copy\",\"messageId\":\"0123456789\",\"body\":\"x\",\"reason\":\"not a chunk message\","
            + "\"deliveries\":3}],\"queue\":{\"waiting\":1,\"moved\":0,\"malformed\":0},\"executed\":false}");

    assertThat(cratectl("throttle", "--workers", "1", "--load", "4")).isZero();
    assertThat(cratectl("resume")).isZero();
    assertThat(cratectl("cancel", "--discard")).isZero();
    assertThat(cratectl("redrive")).isZero();

    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "plan 1: 4 chunks queued",
            "would go: 1 200 rows of 1 tables, 7 tracks, 8 classifications",
            "copy 01234567 3× not a chunk message",
            "next: cratectl redrive --execute sends them back");
    assertThat(asked)
        .containsExactly(
            "POST /operations/throttle",
            "POST /operations/resume",
            "POST /operations/cancel?discard=true&execute=false",
            "GET /operations/dead-letters");
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

  @ParameterizedTest
  @CsvSource({"EQUAL,0", "DIFFERS,1", "WRITTEN,2", "COULD_NOT,2"})
  void aLastPassIsFinalOnlyWhenNobodyWrote(String result, int exit) {
    answers.put("POST /operations/verify/fence", "{\"position\":7}");
    answers.put("POST /operations/verify", "{\"plan\":1,\"chunks\":3}");
    answers.put("GET /operations/status", progress("VERIFIED", "0"));
    answers.put(
        "GET /operations/verify/fence?position=7",
        """
        {"result":"%s","phase":"VERIFIED","position":7,"writtenSince":3,"waiting":1}
        """
            .formatted(result));

    assertThat(cratectl("verify", "--final")).isEqualTo(exit);
    assertThat(asked)
        .containsExactly(
            "POST /operations/verify/fence",
            "POST /operations/verify",
            "GET /operations/status",
            "GET /operations/verify/fence?position=7");
    assertThat(printed()).contains("3 changes written, 1 waiting");
    assertThat(printed().contains("final: both sides are equal")).isEqualTo(exit == 0);
  }

  @ParameterizedTest
  @CsvSource({"AS_DESCRIBED,0", "DIFFERS,1", "COULD_NOT,2"})
  void filesAreWitnessesAndTheirSampleHasABound(String result, int exit) {
    answers.put(
        "POST /operations/verify/files?sample=3000",
        "{\"result\":\"READING\",\"asked\":3,\"answered\":1}");
    answers.put(
        "GET /operations/verify/files",
        """
        {"result":"%s","seed":5,"population":90000,"asked":3001,"answered":3001,"behindDifferences":1,"sampled":3000,
          "notAsDescribed":0,"notRead":0,"certainty":0.95,"atMost":0.000998,
          "files":[{"path":"/m/1.mp3","reason":"DIFFERS","outcome":"CHANGED","verdict":"FILE_CHANGED","says":"other bytes"}]}
        """
            .formatted(result));

    assertThat(cratectl("verify", "--files")).isEqualTo(exit);
    assertThat(printed())
        .contains("at most 0.10 % of all tracks are not as their file, with 95 %")
        .contains("changed  /m/1.mp3: other bytes  [file changed]");
  }

  @Test
  void threeWaysToVerifyAreOneAtATime() {
    assertThat(cratectl("verify", "--quick", "--final")).isEqualTo(2);
    assertThat(asked).isEmpty();
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
      String result,
      boolean intact,
      int exit,
      @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
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

  private static String job(String state, int trouble) {
    return """
        {"id":3,"purpose":"SCAN","root":"X:\\\\Music","forced":false,"state":"%s","failure":%s,"folders":2,
         "found":7,"known":4,"skipped":1,"queued":3,"settled":3,"bytes":2048,"trouble":%d,
         "tallies":[{"outcome":"READ","code":"","files":2},{"outcome":"FAILED","code":"FILE_NOT_READABLE","files":1}],
         "filesPerSecond":null,"eta":null,"createdAt":"2026-01-01T00:00:00Z","walkedAt":null,
         "finishedAt":"2026-01-01T00:00:02Z","takenAt":"2026-01-01T00:00:09Z"}
        """
        .formatted(state, state.equals("FAILED") ? "\"There is no such folder\"" : "null", trouble);
  }

  @ParameterizedTest
  @CsvSource({"DONE,0,0", "DONE,1,1", "FAILED,0,2", "CANCELLED,0,2"})
  void aScanIsFollowedToItsEndAndItsExitCodeIsTheVerdict(String state, int trouble, int code) {
    answers.put("POST /operations/jobs", "{\"resumed\":true,\"job\":" + job("WALKING", 0) + "}");
    answers.put("GET /operations/jobs/3", job(state, trouble));
    answers.put(
        "GET /operations/jobs/3/readings?limit=1000",
        "{\"readings\":[{\"path\":\"X:\\\\Music\\\\a.mp3\",\"outcome\":\"FAILED\",\"code\":\"FILE_NOT_READABLE\",\"reason\":\"no\"}],\"next\":null}");

    assertThat(cratectl("scan", "X:\\Music")).isEqualTo(code);

    assertThat(said()).contains("job 3 was not finished, and goes on");
    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains("folder: X:\\Music", "found: 7 files in 2 folders", "unchanged: 4 not read");
    if (trouble > 0) {
      assertThat(printed()).contains("FILE_NOT_READABLE  X:\\Music\\a.mp3: no");
    }
    if (state.equals("FAILED")) {
      assertThat(printed()).contains("There is no such folder");
    }
  }

  @Test
  void aFillOnlySaysHowManyUnlessToldToRead() {
    answers.put("GET /operations/jobs/lacking", "{\"tracks\":1200}");

    assertThat(cratectl("fill")).isZero();

    assertThat(asked).containsExactly("GET /operations/jobs/lacking");
    assertThat(printed()).contains("1 200 migrated", "next:        cratectl fill --execute");
  }

  @Test
  void aDetachedScanSaysHowToWatchIt() {
    answers.put("POST /operations/jobs", "{\"resumed\":false,\"job\":" + job("WALKING", 0) + "}");

    assertThat(cratectl("scan", "--detach", "/music")).isZero();

    assertThat(printed()).contains("next:        cratectl jobs 3 --watch");
    assertThat(asked).containsExactly("POST /operations/jobs");
  }

  private static String phase(String phase, String result, boolean passed) {
    return """
        {"status":"success","error":"not yet: copied: 0 of 1 chunks","next":"cratectl start","result":"%s",
         "executed":%s,"from":"OLD","to":"SHADOW","steps":["both sides answer"],"pauses":false,
         "pauseMillis":%s,"tookMillis":12,
         "gates":[{"name":"copied","passed":%s,"found":"0 of 1 chunks","next":"cratectl start"}],
         "table":%s}
        """
        .formatted(
            result,
            result.equals("CHANGED"),
            result.equals("CHANGED") ? "7" : "null",
            passed,
            table(phase));
  }

  private static String table(String phase) {
    return """
        {"table":"public.artists","phase":"%s","epoch":3,"answers":"old","written":"old","waiting":null,
         "waitingBack":0,"quarantined":2,"accepted":1,"back":"cratectl rollback public.artists --execute",
         "next":{"to":"SHADOW","open":false,"command":"cratectl start",
           "gates":[{"name":"copied","passed":false,"found":"0 of 1 chunks","next":"cratectl start"}]}}
        """
        .formatted(phase);
  }

  @Test
  void phasesShowEveryTableAndWhatOpensTheNextGate() {
    answers.put(
        "GET /operations/phase",
        "{\"plan\":1,\"tables\":[%s],\"effect\":{\"latencies\":[{\"phase\":\"OLD\",\"lookups\":1200,\"p50Micros\":2048,\"p95Micros\":4096,\"p99Micros\":4096}],\"sizes\":[]}}"
            .formatted(table("OLD")));

    assertThat(cratectl("phase")).isZero();

    assertThat(printed().lines().map(line -> line.replaceAll("\\s+", " ").strip()))
        .contains(
            "public.artists OLD 3 old old n/a 0 SHADOW 1 closed",
            "public.artists, copied: 0 of 1 chunks; open it: cratectl start",
            "look-ups: 1 200 in OLD: half under 2.0 ms, 95 % under 4.1 ms, 99 % under 4.1 ms",
            "next: cratectl start");
  }

  @ParameterizedTest
  @CsvSource({"WOULD_CHANGE,true,0", "CHANGED,true,0", "CLOSED,false,2", "REFUSED,true,2"})
  void aChangeOfPhaseSaysWhatItDoesAndItsExitCodeWhetherItCould(
      String result, boolean passed, int exit) {
    answers.put("POST /operations/phase", phase("OLD", result, passed));

    assertThat(cratectl("phase", "public.artists", "--to", "SHADOW")).isEqualTo(exit);

    assertThat(asked).containsExactly("POST /operations/phase");
    assertThat(printed()).contains("copied: 0 of 1 chunks");
    switch (result) {
      case "CHANGED" ->
          assertThat(printed()).contains("write pause: 7 ms").contains("took:        12 ms");
      case "WOULD_CHANGE" -> assertThat(printed()).contains("nothing is changed yet");
      default -> assertThat(printed()).contains("not done:    not yet").contains("cratectl start");
    }
  }

  @Test
  void aPhaseWithoutATableIsNotGuessed() {
    assertThat(cratectl("phase", "--to", "SHADOW")).isEqualTo(2);
    assertThat(cratectl("phase", "public.artists", "--execute")).isEqualTo(2);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"SHADOW,0", "OLD,0", "DROPPED,2"})
  void aRollbackIsOneStepBackAndNeverFromAnArchive(String phase, int exit) {
    answers.put(
        "GET /operations/phase/table?table=artists", "{\"table\":%s}".formatted(table(phase)));
    answers.put("POST /operations/phase", phase("OLD", "ALREADY", true));

    assertThat(cratectl("rollback", "artists", "--execute")).isEqualTo(exit);
    assertThat(asked).hasSize(exit == 0 ? 2 : 1);
    assertThat(cratectl("rollback", "artists", "--to", "READ_NEW")).isEqualTo(2);
    assertThat(cratectl("restore", "artists")).isEqualTo(phase.equals("DROPPED") ? 0 : 2);
  }

  @Test
  void aRowIsAcceptedOnlyWhenThatIsSaid() {
    answers.put(
        "GET /operations/quarantine?table=artists",
        "{\"table\":\"public.artists\",\"rows\":1,\"accepted\":0,\"kept\":[{\"name\":[\"7\"],\"reason\":\"too long\"}]}");
    answers.put(
        "POST /operations/quarantine/accept",
        "{\"table\":\"public.artists\",\"rows\":1,\"accepted\":1,\"kept\":[{\"name\":[\"7\"],\"reason\":\"too long\",\"acceptedBy\":\"me\"}]}");

    assertThat(cratectl("accept", "artists")).isEqualTo(1);
    assertThat(printed()).contains("not accepted  key 7: too long");
    assertThat(cratectl("accept", "artists", "7")).isZero();
    assertThat(asked).noneMatch(request -> request.startsWith("POST"));
    assertThat(cratectl("accept", "artists", "7", "--execute")).isZero();
    assertThat(printed()).contains("accepted by me");
  }

  @ParameterizedTest
  @CsvSource({"DONE,0", "OPEN,1", "UNKNOWN,2"})
  void theChecklistIsThePlansAndItsExitCodeWhetherAnythingIsOpen(String state, int exit) {
    answers.put(
        "GET /operations/checklist",
        "{\"done\":1,\"tasks\":2,\"next\":\"cratectl start\",\"items\":[{\"part\":\"Immediate\",\"task\":\"Deploy clean schema\",\"state\":\"DONE\",\"evidence\":\"9 applied\"},{\"part\":\"Cleanup\",\"task\":\"Monitor\",\"state\":\"%s\",\"evidence\":\"x\"}]}"
            .formatted(state));

    assertThat(cratectl("checklist")).isEqualTo(exit);
    assertThat(printed()).contains("[x] Deploy clean schema").contains("done:        1 of 2");
  }
}
