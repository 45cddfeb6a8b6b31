#include <algorithm>
#include <map>

#include "flows/call_outcomes.h"
#include "flows/stock_count.h"

namespace connector::flows {

using domain::Cause;
using domain::Decimal;
using domain::Result;
using domain::UtcTime;
using engine::LookUpOutcome;
using engine::SendOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::CallFailure;
using ports::CallPriority;
using ports::CallResult;
using ports::Task;
using store::PostingRow;

namespace {

constexpr const char* kCounts = "inventory/StockCounts";
constexpr std::int64_t kProcessed = 21;

/// Item id -> new quantity, of a body or of Exact's lines.
std::map<std::string, Decimal> new_quantities(const json::Array& lines) {
  std::map<std::string, Decimal> quantities;
  for (const Value& line : lines)
    quantities[line["Item"].text_or("")] = line["QuantityNew"].decimal().value_or(Decimal());
  return quantities;
}

std::string number_of(const Value& count) { return count["StockCountNumber"].text_or(""); }

}  // namespace

Task<StockCountTarget::Fit> StockCountTarget::fits_exact_now(PostingRow row) {
  Fit fit;
  auto refreshed = co_await positions_.refresh(false);
  if (!refreshed) {
    fit.failure = std::move(refreshed.error());
    co_return fit;
  }
  auto query = [row, now = clock_.now()](store::Reader& reader) -> Result<std::string> {
    auto date = stock_count_date(reader, row.connection, now);
    if (!date) return domain::fail(date.error());
    return stock_count_body(reader, row, *date);
  };
  auto body = co_await store_.read(std::move(query));
  if (!body) {
    fit.failure.error = body.error();
    co_return fit;
  }
  fit.known = true;
  fit.fits = *body == row.body;
  co_return fit;
}

/// A draft can be processed once: repeating this call cannot count twice. The answer's own word of failure, if any.
Task<CallResult<std::string>> StockCountTarget::process(std::string id, UtcTime not_after) {
  Value body{json::Object{}};
  body.set("StockCountID", id);
  std::string text = json::write(body);
  auto done =
      co_await client_.create("inventory/ProcessStockCount", std::move(text), CallPriority::inventory, not_after);
  if (!done) co_return tl::unexpected(std::move(done.error()));
  co_return ports::Answer<std::string>{done->value["ErrorMessage"].text_or(""), done->correlation_id};
}

/// What Exact shows of the counted items after the count, as target_data; empty if it cannot be read now.
Task<std::string> StockCountTarget::read_back(PostingRow row) {
  auto refreshed = co_await positions_.refresh(false);
  if (!refreshed) co_return std::string();
  auto query = [row](store::Reader& reader) -> Result<std::string> {
    auto document = json::parse(row.document);
    if (!document) return domain::fail(document.error());
    auto count = stock_count_of(*document);
    if (!count) return domain::fail(count.error());
    Value lines{json::Array{}};
    for (const auto& compared : count->lines) {
      auto position = stock_position(reader, row.connection, {compared.item, count->warehouse});
      if (!position) return domain::fail(position.error());
      Value line{json::Object{}};
      line.set("item", compared.item);
      line.set("exact", position->current);
      lines.push_back(std::move(line));
    }
    Value data{json::Object{}};
    data.set("read_back", std::move(lines));
    return json::write(data);
  };
  auto data = co_await store_.read(std::move(query));
  co_return data ? *data : std::string();
}

Task<SendOutcome> StockCountTarget::send(PostingRow row, UtcTime not_after) {
  const Fit fit = co_await fits_exact_now(row);
  if (!fit.known) {
    SendOutcome failed = send_failure(fit.failure);
    if (failed.kind == SendOutcome::Kind::unclear) failed.kind = SendOutcome::Kind::not_sent;
    co_return failed;
  }
  if (!fit.fits) {
    SendOutcome stale;
    stale.kind = SendOutcome::Kind::not_sent;
    stale.others_may_go = true;
    stale.error = {Cause::waiting_for_dependency,
                   "Exact's stock, or the day, changed after the quantities were written down; they are written anew"};
    co_return stale;
  }
  auto created = co_await client_.create(kCounts, row.body, CallPriority::inventory, not_after);
  if (!created) co_return send_failure(created.error());
  SendOutcome outcome;
  outcome.correlation_id = created->correlation_id;
  outcome.target_id = created->value["StockCountID"].text_or("");
  outcome.target_number = number_of(created->value);
  if (outcome.target_id.empty()) {
    outcome.error = {Cause::malformed_response, "Exact answered a POST on inventory/StockCounts without an id"};
    co_return outcome;
  }
  if (created->value["Status"].integer() != std::optional<std::int64_t>(kProcessed)) {
    auto refusal = co_await process(outcome.target_id, not_after);
    if (!refusal) {
      // The draft stands: a look-up finds it and finishes or removes it.
      outcome.error = refusal.error().error;
      co_return outcome;
    }
    if (!refusal->value.empty()) {
      auto removed = co_await client_.remove(kCounts, outcome.target_id, CallPriority::inventory, std::nullopt);
      outcome.error = {Cause::business_refusal, "Exact did not process the stock count: " + refusal->value};
      outcome.kind = removed ? SendOutcome::Kind::refused : SendOutcome::Kind::unclear;
      co_return outcome;
    }
  }
  outcome.kind = SendOutcome::Kind::posted;
  outcome.target_data = co_await read_back(std::move(row));
  co_return outcome;
}

Task<LookUpOutcome> StockCountTarget::look_up(PostingRow row, UtcTime not_after) {
  ODataQuery query(kCounts);
  query.select({"StockCountID", "StockCountNumber", "Status", "Description"})
      .filter(ODataFilter::equals("Description", row.reference));
  auto found = co_await client_.get_all(query, CallPriority::inventory);
  if (!found) co_return look_up_failure(found.error());
  std::vector<Value> counts;
  for (const Value& candidate : found->value) {
    if (candidate["Description"].text_or("") == row.reference) counts.push_back(candidate);
  }
  if (counts.empty()) co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
  if (counts.size() > 1) {
    co_return look_up_difference("Exact holds " + std::to_string(counts.size()) + " stock counts named " +
                                     row.reference + "; delete the drafts among them there, then retry",
                                 found->correlation_id);
  }
  const std::string id = counts.front()["StockCountID"].text_or("");
  const bool is_processed = counts.front()["Status"].integer() == std::optional<std::int64_t>(kProcessed);
  if (!is_processed) {
    // A draft moves no stock. It is finished if it still fits Exact's stock, and else removed, as if never sent.
    const Fit fit = co_await fits_exact_now(row);
    if (!fit.known) co_return look_up_failure(fit.failure);
    std::string refusal;
    if (fit.fits) {
      auto processed = co_await process(id, not_after);
      if (processed) {
        refusal = processed->value;
      } else if (send_failure(processed.error()).kind == SendOutcome::Kind::refused) {
        refusal = processed.error().error.message;
      } else {
        co_return look_up_failure(processed.error());
      }
    }
    if (!fit.fits || !refusal.empty()) {
      auto removed = co_await client_.remove(kCounts, id, CallPriority::inventory, std::nullopt);
      if (!removed && removed.error().error.cause != Cause::not_found) co_return look_up_failure(removed.error());
      if (fit.fits) {
        LookUpOutcome refused = look_up_outcome(LookUpOutcome::Kind::refused, found->correlation_id);
        refused.error = {Cause::business_refusal, "Exact did not process the stock count: " + refusal};
        co_return refused;
      }
      co_return look_up_outcome(LookUpOutcome::Kind::absent, found->correlation_id);
    }
  } else {
    ODataQuery lines_query("inventory/StockCountLines");
    lines_query.select({"ID", "Item", "QuantityNew"}).filter(ODataFilter::equals_guid("StockCountID", id));
    auto lines = co_await client_.get_all(lines_query, CallPriority::inventory);
    if (!lines) co_return look_up_failure(lines.error());
    auto body = json::parse(row.body);
    if (!body || new_quantities((*body)["StockCountLines"].array()) != new_quantities(lines->value)) {
      co_return look_up_difference("the stock count " + row.reference + " in Exact has other lines than were sent",
                                   lines->correlation_id);
    }
  }
  LookUpOutcome hit = look_up_outcome(LookUpOutcome::Kind::found, found->correlation_id);
  hit.target_id = id;
  hit.target_number = number_of(counts.front());
  hit.target_data = co_await read_back(std::move(row));
  co_return hit;
}

}  // namespace connector::flows
