#pragma once

#include <string>
#include <vector>

#include "domain/document.h"
#include "domain/stock_comparison.h"
#include "engine/target.h"
#include "flows/stock_position_cache.h"
#include "json/value.h"
#include "ports/clock.h"

namespace connector::flows {

/// A planned stock count: what the two systems said, and when. Stored as the posting's document, next to the members
/// of domain::Document.
struct StockCount {
  std::string warehouse;
  std::vector<std::string> ship_nodes;
  std::vector<domain::StockLine> lines;
  domain::UtcTime walmart_read_from{};
  domain::UtcTime walmart_read_to{};
  domain::UtcTime exact_read_at{};
};

/// What both systems said of one item, for reports and for the posting's document.
json::Value to_json(const domain::StockLine& line);

/// SHA-256 over the compared quantities and the row versions of Exact's side: facts alone, no time of a run.
std::string digest_of(const StockCount& count);
/// "stock-count/warehouse-1/<digest>"
std::string stock_count_key(const StockCount& count);
std::string stock_count_source(const std::string& warehouse);
/// The document with its comparison, as JSON for PostingRow::document.
json::Value stock_count_document(const StockCount& count, const std::string& reference_prefix, domain::Date date);
domain::Result<StockCount> stock_count_of(const json::Value& document);
/// The item and difference of every line, to see whether two counts say the same.
std::vector<std::pair<std::string, domain::Decimal>> differences_of(const StockCount& count);

/// The day of a count whose body is written now, in the booking zone.
domain::Result<domain::Date> stock_count_date(store::Reader& reader, store::ConnectionId connection,
                                              domain::UtcTime now);
/// Body of POST inventory/StockCounts. Each line's new quantity is Exact's stock as the store knows it now, moved by
/// the difference of the comparison: what Exact booked since then stays. So `date` is now as well, not the day of the
/// comparison, after which a person may have taken days to confirm the count.
domain::Result<std::string> stock_count_body(store::Reader& reader, const store::PostingRow& row, domain::Date date);

/// Posts stock counts: draft, processing, look-up by description. A count leaves only while its quantities fit Exact's
/// stock of that moment, and on its date; else its body is made anew. Executor thread only.
class StockCountTarget {
 public:
  StockCountTarget(exact::Client& client, store::Store& store, ports::Clock& clock, store::ConnectionId connection)
      : client_(client), store_(store), clock_(clock), positions_(client, store, connection) {}

  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<engine::LookUpOutcome> look_up(store::PostingRow row, domain::UtcTime not_after);

 private:
  struct Fit {
    bool fits = false;
    ports::CallFailure failure;  ///< when it could not be found out
    bool known = false;
  };
  ports::Task<Fit> fits_exact_now(store::PostingRow row);
  ports::Task<ports::CallResult<std::string>> process(std::string id, domain::UtcTime not_after);
  ports::Task<std::string> read_back(store::PostingRow row);

  exact::Client& client_;
  store::Store& store_;
  ports::Clock& clock_;
  StockPositionCache positions_;
};

}  // namespace connector::flows
