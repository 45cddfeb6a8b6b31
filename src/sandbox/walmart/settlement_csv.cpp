#include "sandbox/walmart/settlement_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace connector::sandbox::walmart {
namespace {

constexpr std::array<std::string_view, 43> recon_columns = {"Period Start Date",
                                                            "Period End Date",
                                                            "Total Payable",
                                                            "Currency",
                                                            "Transaction Key",
                                                            "Transaction Posted Timestamp",
                                                            "Transaction Type",
                                                            "Transaction Description",
                                                            "Customer Order #",
                                                            "Customer Order line #",
                                                            "Purchase Order #",
                                                            "Purchase Order line #",
                                                            "Amount",
                                                            "Amount Type",
                                                            "Ship Qty",
                                                            "Commission Rate",
                                                            "Base Commission Rate",
                                                            "Transaction Reason Description",
                                                            "Partner Item Id",
                                                            "Partner GTIN",
                                                            "Partner Item Name",
                                                            "Product Tax Code",
                                                            "Ship to State",
                                                            "Ship to City",
                                                            "Ship to Zipcode",
                                                            "Contract Category",
                                                            "Product Type",
                                                            "Commission Rule",
                                                            "Shipping Method",
                                                            "Fulfillment Type",
                                                            "Fulfillment Details",
                                                            "Original Commission",
                                                            "Commission Incentive Program",
                                                            "Commission Saving",
                                                            "Customer Promo Type",
                                                            "Total Walmart Funded Savings Program",
                                                            "Campaign Id",
                                                            "Item Condition",
                                                            "Original charge",
                                                            "Charge Savings",
                                                            "Incentive Program Name",
                                                            "Ship to country",
                                                            "Store Id"};

/// RFC 4180.
void append_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char letter : text) {
    if (letter == '"') out += '"';
    out += letter;
  }
  out += '"';
}

/// One line of the file, by the names of its columns.
class CsvLine {
 public:
  void set(std::string_view column, std::string_view text) {
    const auto found = std::find(recon_columns.begin(), recon_columns.end(), column);
    cells_.at(static_cast<std::size_t>(found - recon_columns.begin())) = text;
  }
  void append_to(std::string& out) const {
    for (std::size_t index = 0; index < cells_.size(); ++index) {
      if (index > 0) out += ',';
      append_cell(out, cells_[index]);
    }
    out += "\r\n";
  }

 private:
  std::array<std::string, recon_columns.size()> cells_;
};

CsvLine summary_line(const SettlementPeriod& period, domain::Decimal total) {
  CsvLine line;
  line.set("Period Start Date", american_date(period.start));
  line.set("Period End Date", american_date(period.end));
  line.set("Total Payable", total.to_fixed(2));
  line.set("Currency", settlement_currency);
  line.set("Transaction Posted Timestamp", american_date(period.payout));
  line.set("Transaction Type", "PaymentSummary");
  line.set("Transaction Description", "Deposited in XXX account");
  return line;
}

CsvLine line_of(const SettlementPeriod& period, const SettlementRow& row) {
  CsvLine line;
  line.set("Transaction Key", row.key);
  line.set("Transaction Posted Timestamp", american_date(row.posted));
  line.set("Transaction Type", row.type);
  line.set("Transaction Description", row.description);
  line.set("Amount", row.amount.to_fixed(2));
  line.set("Amount Type", row.amount_type);
  if (!row.line) return line;
  const std::string rate =
      (domain::Decimal::from_integer(period.terms.commission_per_mille) / domain::Decimal::from_integer(1000))
          .to_string();
  line.set("Customer Order #", row.line->customer_order_id);
  line.set("Customer Order line #", row.line->line_number);
  line.set("Purchase Order #", row.line->purchase_order_id);
  line.set("Purchase Order line #", row.line->line_number);
  line.set("Ship Qty", std::to_string(row.units));
  line.set("Commission Rate", rate);
  line.set("Base Commission Rate", rate);
  line.set("Partner Item Id", row.line->sku);
  line.set("Partner Item Name", row.line->product_name);
  line.set("Ship to State", row.line->state);
  line.set("Ship to City", row.line->city);
  line.set("Ship to Zipcode", row.line->postal_code);
  line.set("Shipping Method", row.line->method);
  line.set("Fulfillment Type", row.line->fulfillment);
  line.set("Ship to country", row.line->country);
  return line;
}

}  // namespace

std::string american_date(domain::UtcTime time) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:02}/{:02}/{:04}", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     static_cast<int>(date.year()));
}

std::string settlement_csv(const SettlementPeriod& period, const std::vector<SettlementRow>& rows,
                           domain::Decimal total) {
  std::string out = "\xEF\xBB\xBF";
  for (std::size_t index = 0; index < recon_columns.size(); ++index) {
    if (index > 0) out += ',';
    out += recon_columns[index];
  }
  out += fmt::format("\r\nNumber of Lines in file {}\r\n", rows.size() + 1);
  summary_line(period, total).append_to(out);
  for (const SettlementRow& row : rows) line_of(period, row).append_to(out);
  return out;
}

}  // namespace connector::sandbox::walmart
