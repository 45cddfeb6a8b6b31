#include "domain/document.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace connector::domain {
namespace {

constexpr std::array<std::pair<PostingKind, std::string_view>, 14> kinds{
    {{PostingKind::customer_account, "customer_account"},
     {PostingKind::sales_order, "sales_order"},
     {PostingKind::sales_order_change, "sales_order_change"},
     {PostingKind::goods_delivery, "goods_delivery"},
     {PostingKind::sales_invoice, "sales_invoice"},
     {PostingKind::invoice_processing, "invoice_processing"},
     {PostingKind::credit_memo, "credit_memo"},
     {PostingKind::daily_invoice, "daily_invoice"},
     {PostingKind::stock_count, "stock_count"},
     {PostingKind::price_feed, "price_feed"},
     {PostingKind::item_price, "item_price"},
     {PostingKind::journal_entry, "journal_entry"},
     {PostingKind::urgent_price, "urgent_price"},
     {PostingKind::order_acknowledgement, "order_acknowledgement"}}};

}  // namespace

std::string_view to_string(PostingKind kind) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [kind](const auto& entry) { return entry.first == kind; });
  return found == kinds.end() ? std::string_view() : found->second;
}

std::optional<PostingKind> parse_posting_kind(std::string_view name) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [name](const auto& entry) { return entry.second == name; });
  if (found == kinds.end()) return std::nullopt;
  return found->first;
}

}  // namespace connector::domain
