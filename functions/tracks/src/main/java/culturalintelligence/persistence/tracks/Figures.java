package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.library.LibraryFigures;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;

/**
 * How much is held, at a cost that does not grow with it: a table is counted up to a bound, and
 * over it PostgreSQL's own running figures are read ({@code n_live_tup}, which follows every insert
 * and delete; for the tracks with a content, the size of the index over just them).
 */
final class Figures {
  private static final List<String> TABLES =
      List.of("track", "content", "classification", "artist_profile", "label_profile", "pattern");

  private static final String SQL = sql();

  private final Pool pool;

  Figures(Pool pool) {
    this.pool = pool;
  }

  Uni<LibraryFigures> read() {
    return pool.preparedQuery(SQL).execute().map(rows -> figures(rows.iterator().next()));
  }

  private static LibraryFigures figures(Row row) {
    boolean estimated = false;
    long[] figures = new long[TABLES.size()];
    for (int i = 0; i < figures.length; i++) {
      long counted = row.getLong("counted_" + TABLES.get(i));
      boolean many = counted > LibraryFigures.COUNTED_UP_TO;
      estimated |= many;
      figures[i] = many ? Math.max(counted, row.getLong("live_" + TABLES.get(i))) : counted;
    }
    long read = row.getLong("counted_read");
    if (read > LibraryFigures.COUNTED_UP_TO) {
      estimated = true;
      long indexed = row.getLong("indexed_read");
      read = Math.max(read, indexed > 0 ? Math.min(indexed, figures[0]) : figures[0]);
    }
    return new LibraryFigures(
        figures[0], read, figures[1], figures[2], figures[3], figures[4], figures[5], estimated);
  }

  private static String sql() {
    StringBuilder sql = new StringBuilder("select ");
    String bound = String.valueOf(LibraryFigures.COUNTED_UP_TO + 1);
    for (String table : TABLES) {
      sql.append("(select count(*) from (select 1 from ")
          .append(table)
          .append(" limit ")
          .append(bound)
          .append(") t) as counted_")
          .append(table)
          .append(", (select coalesce(max(n_live_tup), 0) from pg_stat_user_tables where relid = '")
          .append(table)
          .append("'::regclass) as live_")
          .append(table)
          .append(", ");
    }
    return sql.append(
            "(select count(*) from (select 1 from track where content_sha256 is not null limit ")
        .append(bound)
        .append(") t) as counted_read, ")
        .append(
            "(select greatest(reltuples, 0)::bigint from pg_class where oid = 'track_copies'::regclass)"
                + " as indexed_read")
        .toString();
  }
}
