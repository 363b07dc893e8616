package culturalintelligence.analysis.http;

import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.testkit.contract.TrackStoreContract;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;

@QuarkusTest
@TestProfile(BehindAProxy.class)
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
class TracksBehindAProxyTest extends TrackStoreContract {
  @Inject TrackStore store;

  @Override
  protected TrackStore store() {
    return store;
  }
}
