#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/switches.h"

namespace connector::sandbox::exact {

/// How a business refusal begins (exact.md section 6, message catalogue).
enum class Complaint {
  mandatory,
  invalid,
  invalid_reference,
  not_allowed,
  blocked,
  in_use,
  already_exists,
  not_found,
  not_in_stock
};

/// What it is about, in the words of Exact's screens.
enum class Term {
  account,
  amount,
  balance,
  callback_url,
  code,
  cost_center,
  cost_center_link,
  cost_unit,
  currency,
  customer_type,
  customer,
  deliver_to,
  delivery_date,
  description,
  entry_number,
  gl_account,
  gl_account_type,
  invoice,
  invoice_to,
  invoice_to_type,
  item,
  item_group,
  item_sales,
  journal,
  journal_type,
  layout,
  lines,
  name,
  order_number,
  ordered_by,
  payment_condition,
  price,
  quantity,
  sales_order,
  sales_order_line,
  stock_count,
  stock_count_date,
  stock_item,
  subject,
  topic,
  type,
  vat_code,
  vat_percentage,
  warehouse
};

/// "Mandatory: Journal" or "Verplicht: Dagboek".
std::string say(Language language, Complaint complaint, Term term);
std::string already_processed(Language language);
std::string data_already_exists(Language language);
/// "Period is closed: 2026 - 11"
std::string period_is_closed(Language language, int year, int period);
std::string unknown_financial_year();
/// The generic text of a real fault.
std::string problem_has_occurred();

/// The business refusals of one request, in the order found. Exact joins them with CR LF.
class Problems {
 public:
  explicit Problems(Language language) : language_(language) {}
  void add(Complaint complaint, Term term);
  void add(std::string text);
  bool any() const { return !texts_.empty(); }
  std::string joined() const;
  Language language() const { return language_; }

 private:
  Language language_;
  std::vector<std::string> texts_;
};

}  // namespace connector::sandbox::exact
