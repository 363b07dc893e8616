package culturalintelligence.localdev.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One process of a history: a worker with a message, a drain, or one of MetaCrate's writers. It
 * stops before every statement and goes on when the history says so, with whatever fault the
 * history has for it.
 */
final class Actor {
  /** What happens at a boundary. */
  enum Fate {
    GO_ON,
    /** The process is gone: nothing of it runs any more, and its connections break off. */
    DIE,
    /** The statement is done, and then the process is gone before it hears of it. */
    DIE_AFTER,
    /** Its session is ended by the server. */
    TERMINATE,
    /** The statement is cancelled, as a timeout does. */
    TIME_OUT
  }

  /** The process is dead; no code of it may catch this and go on. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  interface Work {
    void run() throws Exception;
  }

  private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

  final String name;
  final boolean mayFail;
  private final Work work;
  private final Semaphore turn = new Semaphore(0);
  private final Semaphore arrived = new Semaphore(0);
  private final Set<Connection> connections = Collections.newSetFromMap(new IdentityHashMap<>());
  private volatile Fate fate = Fate.GO_ON;
  private volatile boolean dead;
  private volatile boolean done;
  private volatile int backend;
  private volatile String next = "begins";
  private volatile @Nullable Throwable failure;
  int boundaries;

  Actor(String name, boolean mayFail, Work work) {
    this.name = name;
    this.mayFail = mayFail;
    this.work = work;
    Thread.ofVirtual().name(name).start(this::live);
  }

  static @Nullable Actor current() {
    return CURRENT.get();
  }

  private void live() {
    CURRENT.set(this);
    try {
      turn.acquireUninterruptibly();
      if (fate == Fate.GO_ON) {
        work.run();
      }
    } catch (Killed e) {
      next = "is dead";
    } catch (Throwable e) {
      failure = e;
    } finally {
      done = true;
      breakOff();
      arrived.release();
    }
  }

  /** The server ends what a dead process leaves open. */
  private void breakOff() {
    for (Connection connection : connections) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        // It was broken before.
      }
    }
    connections.clear();
  }

  void opened(Connection connection) {
    connections.add(connection);
  }

  /** False when it was closed before, or its process is dead. */
  boolean closed(Connection connection) {
    return !dead && connections.remove(connection);
  }

  /** Waits for its turn; what comes back happens to the statement. */
  Fate boundary(String what, int pid) {
    if (dead) {
      throw new Killed();
    }
    boundaries++;
    next = what;
    backend = pid;
    arrived.release();
    turn.acquireUninterruptibly();
    if (fate == Fate.DIE) {
      die();
    }
    return fate;
  }

  void die() {
    dead = true;
    throw new Killed();
  }

  /** Lets it go to its next boundary. */
  void go(Fate with) {
    fate = with;
    turn.release();
  }

  /** Whether it stands at a boundary again, or has ended, within that time. */
  boolean hasArrived(long millis) throws InterruptedException {
    return arrived.tryAcquire(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  boolean isDone() {
    return done;
  }

  int backend() {
    return backend;
  }

  String next() {
    return next;
  }

  boolean hasFailed() {
    return dead || failure != null;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
