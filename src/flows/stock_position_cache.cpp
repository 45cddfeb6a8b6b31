#include "flows/stock_position_cache.h"

#include <set>

#include "exact/deleted_entities.h"
#include "exact/stock_positions.h"

namespace connector::flows {

using domain::Result;
using domain::StockPlace;
using domain::StockPosition;
using json::Value;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;

namespace {

constexpr const char* kKind = "stock_position";
constexpr const char* kMark = "sync/stock_position";
constexpr const char* kDeletionMark = "sync/stock_position/deleted";

struct Marks {
  std::int64_t rows = 0;                  ///< row version up to which changes were read; 0: none were
  std::optional<std::int64_t> deletions;  ///< the same of deletions; nothing in a store that kept one mark for both
  std::int64_t deleted_after() const { return deletions.value_or(rows); }
};

std::int64_t number_of(const std::string& mark) { return json::parse_integer(mark).value_or(0); }

Result<Marks> read_marks(store::Reader& reader, store::ConnectionId connection) {
  Marks marks;
  auto rows = reader.watermark(connection, kMark);
  if (!rows) return domain::fail(rows.error());
  if (*rows) marks.rows = number_of(**rows);
  auto deletions = reader.watermark(connection, kDeletionMark);
  if (!deletions) return domain::fail(deletions.error());
  if (*deletions) marks.deletions = number_of(**deletions);
  return marks;
}

std::string code_of(const StockPlace& place) { return place.first + "\n" + place.second; }

store::ReferenceRow row_of(const exact::StockPosition& position) {
  Value data{json::Object{}};
  data.set("current", position.current);
  data.set("timestamp", position.timestamp);
  return {kKind, code_of({position.item, position.warehouse}), position.id, json::write(data)};
}

Result<StockPosition> position_of(const store::ReferenceRow& row) {
  auto data = json::parse(row.data);
  if (!data) return domain::fail(data.error());
  return StockPosition{(*data)["current"].decimal().value_or(domain::Decimal()),
                       (*data)["timestamp"].integer().value_or(0)};
}

/// What was known when the run began and is not in the whole any more; what another run stored since (rows later than
/// `after`) stays.
Result<void> delete_missing(store::Transaction& transaction, store::ConnectionId connection,
                            const exact::StockPositions& whole, std::int64_t after) {
  std::set<std::string> ids;
  for (const exact::StockPosition& position : whole.rows) ids.insert(position.id);
  auto known = transaction.references(connection, kKind);
  if (!known) return domain::fail(known.error());
  for (const store::ReferenceRow& row : *known) {
    if (ids.contains(row.id)) continue;
    auto position = position_of(row);
    if (!position) return domain::fail(position.error());
    if (position->timestamp > after) continue;
    if (auto gone = transaction.delete_reference(connection, kKind, row.id); !gone) return gone;
  }
  return {};
}

ports::CallFailure store_failure(const domain::Error& error) {
  ports::CallFailure failure;
  failure.error = error;
  return failure;
}

}  // namespace

Task<CallResult<std::monostate>> StockPositionCache::refresh(bool with_deletions) {
  auto mark_query = [connection = connection_](store::Reader& reader) { return read_marks(reader, connection); };
  auto marks = co_await store_.read(std::move(mark_query));
  if (!marks) co_return tl::unexpected(store_failure(marks.error()));
  const std::int64_t after = marks->rows;
  const std::int64_t deleted_after = marks->deleted_after();
  auto changed = co_await exact::load_stock_positions(exact_, after);
  if (!changed) co_return tl::unexpected(std::move(changed.error()));
  std::vector<std::string> deleted;
  bool is_whole = false;
  if (with_deletions && after > 0) {
    auto gone =
        co_await exact::load_deleted_ids(exact_, exact::kStockPositionEntity, deleted_after, CallPriority::inventory);
    if (gone) {
      deleted = std::move(gone->value);
    } else {
      if (!exact::is_deleted_list_closed(gone.error())) co_return tl::unexpected(std::move(gone.error()));
      is_whole = true;
      changed = co_await exact::load_stock_positions(exact_, 0);
      if (!changed) co_return tl::unexpected(std::move(changed.error()));
    }
  }
  // The whole holds nothing that was deleted before; otherwise the mark stays behind what was not asked for.
  const bool knows_deletions = with_deletions || after == 0;
  auto work = [connection = connection_, changed = std::move(changed->value), deleted = std::move(deleted), after,
               deleted_after, knows_deletions, is_whole](store::Transaction& transaction) -> Result<void> {
    auto known = read_marks(transaction, connection);
    if (!known) return domain::fail(known.error());
    if (is_whole) {
      if (auto gone = delete_missing(transaction, connection, changed, after); !gone) return gone;
    }
    for (const std::string& id : deleted) {
      if (auto gone = transaction.delete_reference(connection, kKind, id); !gone) return gone;
    }
    // Another run may have stored newer rows meanwhile; older ones must not replace them.
    const std::int64_t stored = known->rows;
    for (const exact::StockPosition& position : changed.rows) {
      if (stored > after && position.timestamp <= stored) continue;
      if (auto put = transaction.put_reference(connection, row_of(position)); !put) return put;
    }
    const std::int64_t deleted_until = knows_deletions ? changed.timestamp : deleted_after;
    if (!known->deletions || deleted_until > *known->deletions) {
      auto put = transaction.put_watermark(connection, kDeletionMark, std::to_string(deleted_until));
      if (!put) return put;
    }
    if (changed.timestamp <= stored) return {};
    return transaction.put_watermark(connection, kMark, std::to_string(changed.timestamp));
  };
  auto stored = co_await store_.write(std::move(work));
  if (!stored) co_return tl::unexpected(store_failure(stored.error()));
  co_return ports::Answer<std::monostate>{{}, std::move(changed->correlation_id)};
}

Result<std::map<StockPlace, StockPosition>> stock_positions(store::Reader& reader, store::ConnectionId connection) {
  auto rows = reader.references(connection, kKind);
  if (!rows) return domain::fail(rows.error());
  std::map<StockPlace, StockPosition> positions;
  for (const auto& row : *rows) {
    const auto separator = row.code.find('\n');
    if (separator == std::string::npos) continue;
    auto position = position_of(row);
    if (!position) return domain::fail(position.error());
    positions.emplace(StockPlace{row.code.substr(0, separator), row.code.substr(separator + 1)}, *position);
  }
  return positions;
}

Result<StockPosition> stock_position(store::Reader& reader, store::ConnectionId connection, const StockPlace& place) {
  auto row = reader.reference(connection, kKind, code_of(place));
  if (!row) return domain::fail(row.error());
  if (!*row) return StockPosition{};
  return position_of(**row);
}

}  // namespace connector::flows
