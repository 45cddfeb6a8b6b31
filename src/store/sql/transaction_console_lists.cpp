#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
#include <tuple>

#include "domain/letter_case.h"
#include "json/value.h"
#include "store/sql/audit_columns.h"
#include "store/sql/codes.h"
#include "store/sql/digest_column.h"
#include "store/sql/transaction.h"

namespace connector::store::sql {

using domain::fail;

namespace {

constexpr std::string_view orders_mark = "console/orders";
constexpr std::string_view audit_mark = "console/audit";

/// The causes that waiting does not cure, as a list of SQL.
const std::string& lasting_causes() {
  static const std::string list = [] {
    std::string codes;
    for (const domain::Cause cause : domain::all_causes()) {
      if (domain::is_transient(cause)) continue;
      codes += (codes.empty() ? "" : ",") + std::to_string(code_of(std::optional(cause)));
    }
    return codes;
  }();
  return list;
}

/// Sources with a posting in one of the queues; the literals are those of the schema's partial indexes.
const std::string& failed_sources() {
  static const std::string sql =
      "SELECT source_id FROM posting WHERE connection=?1 AND queue=3 AND state=3 UNION ALL"
      " SELECT source_id FROM posting WHERE connection=?1 AND queue=1 AND cause IN (" +
      lasting_causes() + ")";
  return sql;
}
constexpr std::string_view waiting_sources =
    "SELECT source_id FROM posting WHERE connection=?1 AND queue=0 UNION ALL"
    " SELECT source_id FROM posting WHERE connection=?1 AND queue=1 UNION ALL"
    " SELECT source_id FROM posting WHERE connection=?1 AND queue=2";
const std::string& has_failed() {
  static const std::string sql =
      " AND EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1 AND p.source_id=o.purchase_order_id"
      " AND ((p.queue=3 AND p.state=3) OR (p.queue=1 AND p.cause IN (" +
      lasting_causes() + "))))";
  return sql;
}
/// Named, because the planner would walk all postings to have each source once.
constexpr std::string_view skipped_sources =
    "SELECT source_id FROM posting INDEXED BY posting_set_aside WHERE connection=?1 AND queue=3 AND state=5";
constexpr std::string_view has_skipped =
    " AND EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1 AND p.source_id=o.purchase_order_id"
    " AND p.queue=3 AND p.state=5)";
constexpr std::string_view has_waiting =
    " AND EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1 AND p.source_id=o.purchase_order_id"
    " AND p.queue IN (0, 1, 2))";

/// Placed before go-live and without a document; one from before go-live was moved past the order counts as what it is.
const std::string& left_alone() {
  static const std::string sql =
      " AND o.state='before_go_live' AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1"
      " AND p.source_id=o.purchase_order_id AND p.state<>6 AND p.kind<>" +
      std::to_string(code_of(domain::PostingKind::order_acknowledgement)) + ")";
  return sql;
}

/// Orders that a search finds. A term for an amount stays when a document is planned anew: the document decides.
constexpr std::string_view found_ids =
    "SELECT id FROM purchase_order WHERE connection=?1 AND purchase_order_id>=?2"
    " AND purchase_order_id<?2||'\U0010FFFF' UNION ALL"
    " SELECT order_id FROM order_term WHERE connection=?1 AND term=?4 UNION ALL"
    " SELECT t.order_id FROM order_term t JOIN purchase_order f ON f.id=t.order_id WHERE t.connection=?1 AND t.term=?3"
    " AND EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1 AND p.source_id=f.purchase_order_id"
    " AND p.total=CAST(nullif(substr(?3, 2), '') AS BIGINT) AND p.state<>6)";
constexpr std::string_view is_found =
    " AND ((o.purchase_order_id>=?2 AND o.purchase_order_id<?2||'\U0010FFFF')"
    " OR EXISTS (SELECT 1 FROM order_term WHERE connection=?1 AND term=?4 AND order_id=o.id)"
    " OR (?3<>'' AND EXISTS (SELECT 1 FROM posting p WHERE p.connection=?1 AND p.source_id=o.purchase_order_id"
    " AND p.total=CAST(nullif(substr(?3, 2), '') AS BIGINT) AND p.state<>6)))";

/// How many orders are gathered and sorted for one page. Where more would do, a page full of them is near in time.
constexpr std::int64_t gathered_at_most = 5'000;

/// Where a period ends in the direction of the list; where it begins is a place in the list like that of a page.
std::optional<UtcTime> last_bound(const OrderFilter& filter) {
  return filter.oldest_first ? filter.until : filter.from;
}

std::optional<std::pair<UtcTime, std::int64_t>> first_place(const OrderFilter& filter) {
  if (filter.after) return filter.after;
  if (filter.oldest_first && filter.from) return std::pair(*filter.from, std::numeric_limits<std::int64_t>::min());
  if (!filter.oldest_first && filter.until) return std::pair(*filter.until, std::numeric_limits<std::int64_t>::min());
  return std::nullopt;
}

/// Which orders a page is taken from: all in their order of time, or the few that a search or state names.
enum class OrdersFrom { time, search, state };

/// Sources that a state names; empty for a state that names none.
std::string_view sources_in(OrderFilter::State state) {
  using State = OrderFilter::State;
  if (state == State::failed) return failed_sources();
  if (state == State::waiting) return waiting_sources;
  return state == State::skipped ? skipped_sources : std::string_view();
}

std::string orders_sql(const OrderFilter& filter, OrdersFrom from) {
  using State = OrderFilter::State;
  // CROSS JOIN: the few lead, whatever the planner thinks of the order.
  std::string sql = "SELECT o.id FROM ";
  if (from == OrdersFrom::search) {
    sql += "(SELECT DISTINCT * FROM (" + std::string(found_ids) +
           ") found) s CROSS JOIN purchase_order o WHERE o.id=s.id AND o.connection=?1";
  } else if (from == OrdersFrom::state) {
    sql += "(SELECT DISTINCT * FROM (" + std::string(sources_in(filter.state)) +
           ") found) t CROSS JOIN purchase_order o WHERE o.connection=?1 AND o.purchase_order_id=t.source_id";
  } else {
    sql += "purchase_order o WHERE o.connection=?1";
  }
  if (!filter.search.empty() && from != OrdersFrom::search) sql += is_found;
  if (from != OrdersFrom::state) {
    if (filter.state == State::failed) sql += has_failed();
    if (filter.state == State::waiting) sql += has_waiting;
    if (filter.state == State::skipped) sql += has_skipped;
  }
  if (filter.state == State::before_go_live) sql += left_alone();
  if (filter.after) {
    sql += filter.oldest_first ? " AND (o.order_time, o.id)>(?5, ?6)" : " AND (o.order_time, o.id)<(?5, ?6)";
  }
  if (last_bound(filter)) sql += filter.oldest_first ? " AND o.order_time<?8" : " AND o.order_time>=?8";
  sql += filter.oldest_first ? " ORDER BY o.order_time, o.id" : " ORDER BY o.order_time DESC, o.id DESC";
  // Long texts are read of the rows that are shown alone.
  return "SELECT o.id, o.purchase_order_id, o.customer_order_id, o.order_time, o.seen_at, o.state, o.facts_digest,"
         " o.facts FROM (" +
         sql + " LIMIT ?7) page CROSS JOIN purchase_order o WHERE o.id=page.id" +
         (filter.oldest_first ? " ORDER BY o.order_time, o.id" : " ORDER BY o.order_time DESC, o.id DESC");
}

/// Takes off what a page writes beside the digits: "US$ ", "EUR ", "€", blanks; UTF-8's no-break space too.
std::string without_currency(std::string_view text) {
  static constexpr std::array<std::string_view, 7> marks{"$", "€", "£", " ", "\u00a0", "\u202f", "'"};
  const auto letters = std::min(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), text.size());
  const auto is_marked = [](std::string_view rest) {
    return std::any_of(marks.begin(), marks.end(), [rest](auto mark) { return rest.starts_with(mark); });
  };
  if (letters <= 3 && is_marked(text.substr(letters))) text.remove_prefix(letters);
  std::string plain(text);
  for (const auto mark : marks) {
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark)) plain.erase(at, mark.size());
  }
  return plain;
}

/// "=1234000000" for an amount in any usual way of writing; empty for other text. A point or comma before three digits
/// stands between thousands.
std::string amount_term(std::string_view text) {
  std::string plain = without_currency(text);
  const auto last = plain.find_last_of(".,");
  if (last != std::string::npos) {
    const bool decimals = plain.size() - last != 4;
    std::string digits;
    for (std::size_t at = 0; at < plain.size(); ++at) {
      const bool separates = plain[at] == '.' || plain[at] == ',';
      if (at == last && decimals) digits += '.';
      if (!separates) digits += plain[at];
    }
    plain = digits;
  }
  const auto amount = domain::Decimal::parse(plain);
  return amount ? "=" + std::to_string(amount->units()) : std::string();
}

/// Whether records of these actions are about no order, so that they are found among the few without one.
bool has_no_source(std::string_view action) {
  static constexpr std::array<std::string_view, 4> beginnings{"user.", "token.", "mapping.", "connection."};
  return std::any_of(beginnings.begin(), beginnings.end(), [action](auto each) { return action.starts_with(each); });
}

Result<std::vector<ListedOrder>> read_listed_orders(Query& query, ConnectionId connection) {
  std::vector<ListedOrder> rows;
  while (query.step()) {
    ListedOrder row;
    row.id = query.integer(0);
    row.order.connection = connection;
    row.order.purchase_order_id = query.text(1);
    row.order.customer_order_id = query.text(2);
    row.order.order_time = query.time(3);
    row.order.seen_at = query.time(4);
    row.order.state = query.text(5);
    row.order.facts_digest = digest_text(query, 6);
    row.order.facts = query.text(7);
    rows.push_back(std::move(row));
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

}  // namespace

Result<std::vector<ListedOrder>> SqlTransaction::orders(const OrderFilter& wanted) {
  OrderFilter filter = wanted;
  filter.after = first_place(wanted);
  const std::string amount = amount_term(filter.search);
  const std::string lowered = domain::lower_case(filter.search);
  const auto are_few = [&](std::string_view set) -> Result<bool> {
    const std::string sql = "SELECT count(*) FROM (SELECT 1 FROM (" + std::string(set) + ") found LIMIT ?5) few";
    Query query(database_, sql, filter.connection, filter.search, amount, lowered, gathered_at_most);
    const bool few = query.step() && query.integer(0) < gathered_at_most;
    if (auto done = query.finish(); !done) return fail(done.error());
    return few;
  };
  OrdersFrom from = OrdersFrom::time;
  if (!filter.search.empty()) {
    auto few = are_few(found_ids);
    if (!few) return fail(few.error());
    if (*few) from = OrdersFrom::search;
  }
  if (from == OrdersFrom::time && !sources_in(filter.state).empty()) {
    auto few = are_few(sources_in(filter.state));
    if (!few) return fail(few.error());
    if (*few) from = OrdersFrom::state;
  }
  std::optional<std::int64_t> after_time;
  std::optional<std::int64_t> after_id;
  if (filter.after) {
    after_time = domain::to_epoch_milliseconds(filter.after->first);
    after_id = filter.after->second;
  }
  const std::string sql = orders_sql(filter, from);
  if (const auto bound = last_bound(filter)) {
    Query query(database_, sql, filter.connection, filter.search, amount, lowered, after_time, after_id, filter.limit,
                domain::to_epoch_milliseconds(*bound));
    return read_listed_orders(query, filter.connection);
  }
  Query query(database_, sql, filter.connection, filter.search, amount, lowered, after_time, after_id, filter.limit);
  return read_listed_orders(query, filter.connection);
}
Result<void> SqlTransaction::visit_failures(ConnectionId connection,
                                            const std::function<Result<void>(const Failure&)>& visit) {
  Query query(database_,
              "SELECT id, key, source_id, state, cause, cause_detail, total, currency, attempt, updated_at FROM posting"
              " WHERE cause<>0 AND id IN (SELECT id FROM posting WHERE connection=?1 AND queue=3 AND state=3 UNION ALL"
              " SELECT id FROM posting WHERE connection=?1 AND queue=0 AND state=2 UNION ALL"
              " SELECT id FROM posting WHERE connection=?1 AND queue=1 AND state=2 UNION ALL"
              " SELECT id FROM posting WHERE connection=?1 AND queue=2 AND state=2) ORDER BY id DESC",
              connection);
  while (query.step()) {
    const auto state = posting_state_of(query.integer(3));
    const auto cause = cause_of(query.integer(4));
    if (!state || !cause) continue;
    const Failure failure{query.integer(0),
                          query.text(1),
                          query.text(2),
                          *state,
                          *cause,
                          query.text(5),
                          domain::Decimal::from_units(query.integer(6)),
                          query.text(7),
                          static_cast<int>(query.integer(8)),
                          query.time(9)};
    if (auto seen = visit(failure); !seen) return seen;
  }
  return query.finish();
}

Result<std::string> SqlTransaction::posting_document(std::int64_t id) {
  Query query(database_, "SELECT document FROM posting_document WHERE id=?", id);
  std::string document;
  if (query.step()) document = query.text(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return document;
}

Result<std::vector<AuditRecord>> SqlTransaction::audit_list(const AuditListFilter& filter) {
  auto sql = std::string(select_audit()) + (filter.before_sequence == 0 ? "?1=0" : "a.sequence<?1");
  if (!filter.source_id.empty() || has_no_source(filter.action)) {
    // The connections lead, so that the index on them and the source is searched, not walked.
    sql += " AND a.sequence IN (SELECT i.sequence FROM ";
    sql += filter.connection ? "(SELECT ?2 AS id)" : "(SELECT 0 AS id UNION ALL SELECT id FROM connection)";
    sql += " c CROSS JOIN audit i INDEXED BY audit_source WHERE i.connection=c.id AND i.source_id=?3)";
  } else if (filter.connection) {
    // '+' keeps the planner from sorting a connection's whole trail for its newest records.
    sql += " AND +a.connection=?2";
  }
  if (!filter.actor.empty()) sql += " AND a.actor=?4";
  // As in the index, which holds persons alone: the connector's own records are most of the trail.
  if (!filter.actor.empty() && filter.actor != "system") sql += " AND a.actor<>'system'";
  if (!filter.action.empty()) sql += " AND substr(a.action, 1, length(?5))=?5";
  if (filter.from) sql += " AND a.at>=?6";
  if (filter.to) sql += " AND a.at<?7";
  sql += " ORDER BY a.sequence DESC LIMIT ?8";
  const auto bound = [](const std::optional<UtcTime>& time) {
    return time ? std::optional(domain::to_epoch_milliseconds(*time)) : std::nullopt;
  };
  Query query(database_, sql, filter.before_sequence, filter.connection, filter.source_id, filter.actor, filter.action,
              bound(filter.from), bound(filter.to), filter.limit);
  std::vector<AuditRecord> records;
  while (query.step()) records.push_back(read_audit_record(query));
  if (auto done = query.finish(); !done) return fail(done.error());
  return records;
}

Result<std::int64_t> SqlTransaction::audit_sequence() {
  if (head_) return head_->sequence;
  Query query(database_, "SELECT sequence FROM audit_head");
  std::int64_t sequence = 0;
  if (query.step()) sequence = query.integer(0);
  if (auto done = query.finish(); !done) return fail(done.error());
  return sequence;
}

Result<std::vector<PostedHour>> SqlTransaction::posted_hours(ConnectionId connection, std::int64_t from_hour) {
  Query query(database_,
              "SELECT hour, currency, kind, count, total FROM posted_hour WHERE connection=? AND hour>=? ORDER BY hour",
              connection, from_hour);
  std::vector<PostedHour> rows;
  while (query.step()) {
    const auto kind = posting_kind_of(query.integer(2));
    if (!kind) continue;
    rows.push_back(
        {query.integer(0), query.text(1), *kind, query.integer(3), domain::Decimal::from_units(query.integer(4))});
  }
  if (auto done = query.finish(); !done) return fail(done.error());
  return rows;
}

Result<std::int64_t> SqlTransaction::number_watermark(std::string_view name) {
  auto value = watermark(0, name);
  if (!value) return fail(value.error());
  std::int64_t number = 0;
  if (*value) std::from_chars((*value)->data(), (*value)->data() + (*value)->size(), number);
  return number;
}

Result<bool> SqlTransaction::index_orders(std::size_t limit) {
  const auto after = number_watermark(orders_mark);
  if (!after) return fail(after.error());
  Query last(database_,
             "SELECT max(id), count(*) FROM (SELECT id FROM purchase_order WHERE id>? ORDER BY id LIMIT ?) next",
             *after, limit);
  std::int64_t until = 0;
  std::size_t found = 0;
  if (last.step()) {
    until = last.integer(0);
    found = static_cast<std::size_t>(last.integer(1));
  }
  if (auto done = last.finish(); !done) return fail(done.error());
  if (found == 0) return false;
  // Sorted by term, so that orders with the same SKU are written to the same page.
  std::set<std::tuple<ConnectionId, std::string, std::int64_t>> terms;
  Query orders(database_, "SELECT id, connection, customer_order_id, facts FROM purchase_order WHERE id>? AND id<=?",
               *after, until);
  while (orders.step()) {
    const std::int64_t id = orders.integer(0);
    const ConnectionId connection = orders.integer(1);
    terms.emplace(connection, domain::lower_case(orders.view(2)), id);
    const auto facts = json::parse(orders.view(3));
    if (!facts) continue;
    for (const json::Value& line : (*facts)["lines"].array()) {
      terms.emplace(connection, domain::lower_case(line["sku"].text_or("")), id);
    }
  }
  if (auto done = orders.finish(); !done) return fail(done.error());
  for (const auto& [connection, term, id] : terms) {
    if (term.empty()) continue;
    Query insert(database_, "INSERT INTO order_term(connection, term, order_id) VALUES(?,?,?) ON CONFLICT DO NOTHING",
                 connection, term, id);
    if (auto done = insert.finish(); !done) return fail(done.error());
  }
  if (auto done = put_watermark(0, orders_mark, std::to_string(until)); !done) return fail(done.error());
  return found == limit;
}

Result<bool> SqlTransaction::index_posted(std::size_t limit) {
  const auto after = number_watermark(audit_mark);
  if (!after) return fail(after.error());
  const auto newest = audit_sequence();
  if (!newest) return fail(newest.error());
  const auto until = std::min(*newest, *after + static_cast<std::int64_t>(limit));
  if (until <= *after) return false;
  static constexpr std::string_view of_posting =
      " FROM audit a JOIN posting p ON p.connection=a.connection AND p.source_id=a.source_id AND p.key=a.posting_key";
  static constexpr std::string_view range = " WHERE a.sequence>?1 AND a.sequence<=?2";
  static const std::string sum_sql =
      "INSERT INTO posted_hour SELECT a.connection*?3, a.at/3600000, p.currency, p.kind, count(*), sum(p.total)" +
      std::string(of_posting) + std::string(range) +
      " AND a.action IN ('posting.posted', 'posting.adopted')"
      " GROUP BY 1, 2, 3, 4 ON CONFLICT(connection, hour, currency, kind)"
      " DO UPDATE SET count=posted_hour.count+excluded.count, total=posted_hour.total+excluded.total";
  // By connection, and as connection 0 for all.
  for (const int by_connection : {1, 0}) {
    Query sum(database_, sum_sql, *after, until, by_connection);
    if (auto done = sum.finish(); !done) return fail(done.error());
  }
  static const std::string amount_sql =
      "INSERT INTO order_term SELECT DISTINCT a.connection, '='||p.total, o.id" + std::string(of_posting) +
      " JOIN purchase_order o ON o.connection=a.connection AND o.purchase_order_id=a.source_id" + std::string(range) +
      " AND a.action IN ('posting.planned', 'posting.held', 'posting.posted', 'posting.adopted') AND p.total<>0 ON "
      "CONFLICT DO NOTHING";
  Query amounts(database_, amount_sql, *after, until);
  if (auto done = amounts.finish(); !done) return fail(done.error());
  if (auto done = put_watermark(0, audit_mark, std::to_string(until)); !done) return fail(done.error());
  return until < *newest;
}

Result<bool> SqlTransaction::index_for_console(std::size_t limit) {
  const auto orders = index_orders(limit);
  if (!orders) return fail(orders.error());
  const auto posted = index_posted(limit);
  if (!posted) return fail(posted.error());
  return *orders || *posted;
}

}  // namespace connector::store::sql
