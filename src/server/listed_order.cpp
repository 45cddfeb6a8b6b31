#include "server/listed_order.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "domain/allocation.h"
#include "flows/order_json.h"
#include "flows/posting_states.h"
#include "store/console_store.h"

namespace connector::server {

using domain::Decimal;
using domain::PostingKind;
using domain::Result;
using store::PostingRow;
using store::PostingState;

namespace {

bool is_cancelled(const domain::PurchaseOrder& order) {
  const auto is_gone = [](const domain::OrderLine& line) {
    return line.quantity > Decimal() && domain::cancelled_quantity(line) >= line.quantity;
  };
  return !order.lines.empty() && std::all_of(order.lines.begin(), order.lines.end(), is_gone);
}

/// One word for all of an order's postings: the worst that a person can act on.
std::string_view status_of(const store::OrderRow& order, const std::vector<PostingRow>& postings,
                           const Result<domain::PurchaseOrder>& facts) {
  bool waiting = false;
  bool posted = false;
  bool skipped = false;
  for (const PostingRow& posting : postings) {
    if (store::waits_for_person(posting.state, posting.cause)) return "failed";
    waiting = waiting || flows::is_on_its_way(posting.state);
    // It says that the order waits for nobody at Walmart, and nothing of the books.
    if (posting.kind == PostingKind::order_acknowledgement) continue;
    posted = posted || posting.state == PostingState::posted;
    skipped = skipped || posting.state == PostingState::skipped;
  }
  if (waiting) return "waiting";
  if (skipped) return posted ? "partly_skipped" : "skipped";
  if (posted) return "posted";
  // What was booked before go-live was moved past the order stays booked.
  if (order.state == "before_go_live") return "before_go_live";
  return facts && is_cancelled(*facts) ? "cancelled" : "nothing_due";
}

using Sums = std::map<std::string, Decimal>;

json::Value sums_json(const Sums& sums) {
  json::Value value{json::Object{}};
  for (const auto& [currency, sum] : sums) value.set(currency, sum);
  return value;
}

/// Cancelled units take the share of the line's charges with them that their documents would have had.
Sums charged(const domain::PurchaseOrder& order, domain::ChargeReading reading) {
  Sums sums;
  for (const auto& line : order.lines) {
    const Decimal kept = line.quantity - domain::cancelled_quantity(line);
    for (const auto& charge : line.charges) {
      const bool per_unit = reading == domain::ChargeReading::per_unit;
      const Decimal whole = per_unit ? charge.amount * line.quantity : charge.amount;
      sums[charge.currency] +=
          domain::allocated(whole, line.quantity, Decimal(), kept, domain::minor_digits(charge.currency));
    }
  }
  return sums;
}

Sums booked(const std::vector<PostingRow>& postings) {
  Sums sums;
  for (const PostingRow& posting : postings) {
    if (posting.state != PostingState::posted) continue;
    if (posting.kind == PostingKind::sales_invoice) sums[posting.currency] += posting.total;
    if (posting.kind == PostingKind::credit_memo) sums[posting.currency] -= posting.total;
  }
  return sums;
}

/// Of each of the order's documents that has a number in Exact, or stands there without one.
json::Value in_exact(const std::vector<PostingRow>& postings) {
  json::Value documents{json::Array{}};
  for (const PostingRow& posting : postings) {
    if (posting.kind == PostingKind::order_acknowledgement) continue;
    const bool stands_there = posting.state == PostingState::posted && !posting.reference.empty();
    if (posting.target_number.empty() && !stands_there) continue;
    json::Value document;
    document.set("kind", domain::to_string(posting.kind));
    document.set("number", posting.target_number.empty() ? json::Value() : json::Value(posting.target_number));
    document.set("reference", posting.reference);
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace

json::Value listed_order(const store::OrderRow& order, const std::vector<PostingRow>& postings,
                         domain::ChargeReading reading) {
  json::Value value;
  value.set("purchase_order", order.purchase_order_id);
  value.set("customer_order", order.customer_order_id);
  value.set("order_time", domain::to_iso8601(order.order_time));
  value.set("seen_at", domain::to_iso8601(order.seen_at));
  auto facts = json::parse(order.facts);
  auto read = facts ? flows::order_from_json(*facts) : Result<domain::PurchaseOrder>(domain::fail(facts.error()));
  value.set("status", status_of(order, postings, read));
  json::Value skus{json::Array{}};
  if (read) {
    std::set<std::string> seen;
    for (const auto& line : read->lines) {
      if (seen.insert(line.sku).second) skus.push_back(line.sku);
    }
  }
  value.set("totals", sums_json(read ? charged(*read, reading) : Sums()));
  value.set("booked", sums_json(booked(postings)));
  value.set("skus", std::move(skus));
  std::set<std::string_view> causes;
  for (const PostingRow& posting : postings) {
    if (posting.cause) causes.insert(domain::to_string(*posting.cause));
  }
  json::Value listed{json::Array{}};
  for (const auto cause : causes) listed.push_back(cause);
  value.set("causes", std::move(listed));
  json::Value documents = in_exact(postings);
  json::Value numbers{json::Array{}};
  json::Value references{json::Array{}};
  for (const json::Value& document : documents.array()) {
    if (document["number"].is_null()) {
      references.push_back(document["reference"]);
    } else {
      numbers.push_back(document["number"]);
    }
  }
  value.set("in_exact", std::move(documents));
  value.set("numbers", std::move(numbers));
  value.set("references", std::move(references));
  value.set("postings", postings.size());
  return value;
}

}  // namespace connector::server
