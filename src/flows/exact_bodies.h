#pragma once

#include <memory>
#include <string>

#include "domain/document.h"
#include "domain/settings.h"
#include "engine/target.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// A line of a sales order as it stands in Exact; kept in the order posting's target_data.
struct PlacedOrderLine {
  std::string id;
  domain::Decimal quantity;
  domain::Decimal net_price;
};

json::Value to_json(const std::vector<PlacedOrderLine>& lines);
std::vector<PlacedOrderLine> placed_order_lines(const std::string& target_data);

/// Builds Exact's request bodies from documents: codes become the ids cached in the store, and what is unknown,
/// blocked or missing becomes the cause that holds the posting (exact.md 4).
engine::Freezer exact_freezer(std::shared_ptr<const domain::ConnectionSettings> settings);

/// Whether Exact has and lets be used what a document's lines and warehouse name, by the lists last read of it; the
/// error is the cause that would hold it. Nothing is said before the items were read.
domain::Result<void> check_codes(store::Reader& reader, store::ConnectionId connection,
                                 const domain::Document& document);

/// The code under which the cached customer account of a connection is found (reference kind "customer").
std::string customer_code(const domain::ConnectionSettings& settings);

/// Name of the account for all of Walmart.com when no account is chosen.
inline constexpr std::string_view kDefaultCustomerName = "Walmart.com";

}  // namespace connector::flows
