#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/document.h"
#include "domain/price_planning.h"
#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

/// Feeds have one source: all of a connection's price changes.
inline constexpr std::string_view kPriceFeedSource = "prices";

/// One bulk feed of price changes; its key is a digest of the facts that the prices come from.
domain::Document price_feed_document(const std::vector<domain::PriceChange>& changes, const std::string& prefix);

/// A change of Exact's price list, as JSON for PostingRow::document: beside the document stand the row's id and when
/// both sides were compared.
json::Value item_price_document(const domain::ItemPriceChange& change, const std::string& prefix, domain::Date today,
                                domain::UtcTime compared_at);

/// One price on a person's word, the n-th for its SKU.
domain::Document urgent_price_document(const std::string& sku, const std::string& currency, domain::Decimal amount,
                                       int ordinal, const std::string& prefix);

/// The request body of a posting of these three kinds; pure. waiting_for_dependency: a price for Exact's list that was
/// compared with it more than half an hour before `now`, in which a person may have set another one; the flow's next
/// run compares anew.
domain::Result<std::string> price_body_of(store::Reader& reader, const store::PostingRow& row, domain::UtcTime now);

/// The list price row that an item_price posting changes; empty: it makes a new one.
std::string list_price_id(const json::Value& document);

}  // namespace connector::flows
