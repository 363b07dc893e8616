package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.library.StoreUnavailableException;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The one place where blocking code meets the reactive client.
 *
 * <p>Neither a Lambda's poll thread nor a worker is a Vert.x context, and Hibernate Reactive
 * refuses to work without one; a session opened on one context and used on another fails too. So
 * every call subscribes on a fresh duplicated context and waits for it here, on whatever thread
 * asked. Never to be called from an event loop, which it would block.
 *
 * <p>A connection that died while nobody looked (a thawed Lambda, a proxy's idle limit) is noticed
 * on first use: such a call is repeated once. All calls are idempotent.
 */
@ApplicationScoped
public class ReactiveBoundary {
  private static final Logger LOG = Logger.getLogger(ReactiveBoundary.class);

  private final Duration patience;

  ReactiveBoundary(
      @ConfigProperty(name = "cultural-intelligence.database.timeout", defaultValue = "PT10S")
          Duration patience) {
    this.patience = patience;
  }

  /**
   * Waits for what the supplier's Uni gives.
   *
   * @throws StoreUnavailableException if the database cannot be reached or does not answer in time
   */
  public <T> T await(Supplier<Uni<T>> work) {
    return await(work, patience);
  }

  /** As {@link #await(Supplier)}, for callers who would rather know soon. */
  public <T> T await(Supplier<Uni<T>> work, Duration patience) {
    try {
      return VertxContextSupport.subscribeAndAwait(
          () ->
              Uni.createFrom()
                  .deferred(() -> work.get())
                  .onFailure(ReactiveBoundary::isLostConnection)
                  .retry()
                  .atMost(1)
                  .ifNoItem()
                  .after(patience)
                  .fail());
    } catch (RuntimeException e) {
      throw translated(e);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw translated(new IllegalStateException(e));
    }
  }

  private static RuntimeException translated(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (isUnavailable(cause)) {
        LOG.warnf("the database is unavailable: %s", cause.getClass().getSimpleName());
        return new StoreUnavailableException(reason(cause), e);
      }
    }
    return e;
  }

  /** What an operator does next depends on it; no address, no name. */
  private static String reason(Throwable cause) {
    String state =
        cause instanceof PgException pg && pg.getSqlState() != null ? pg.getSqlState() : "";
    if (state.equals("42P01") || state.equals("42883")) {
      return "its schema is missing or not up to date: cratectl schema --execute";
    }
    if (state.startsWith("28")) {
      return "the database refuses this user or password";
    }
    if (state.startsWith("3D")) {
      return "the server has no such database";
    }
    return "the database cannot be reached";
  }

  private static boolean isUnavailable(Throwable cause) {
    if (cause instanceof PgException pg) {
      String state = pg.getSqlState() == null ? "" : pg.getSqlState();
      // Connection, authorisation, resources, operator intervention; a schema that is not there
      // yet.
      return state.startsWith("08")
          || state.startsWith("28")
          || state.startsWith("3D")
          || state.startsWith("53")
          || state.startsWith("57P")
          || state.equals("42P01")
          || state.equals("42883");
    }
    return cause instanceof IOException
        || cause instanceof TimeoutException
        || isLostConnection(cause);
  }

  private static boolean isLostConnection(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VertxException
          || cause instanceof ClosedChannelException
          || (cause instanceof IOException && !(cause instanceof ConnectException))) {
        return true;
      }
    }
    return false;
  }
}
