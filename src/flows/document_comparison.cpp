#include "flows/document_comparison.h"

#include <algorithm>
#include <array>
#include <map>

#include "domain/period_calendar.h"
#include "exact/answers.h"
#include "exact/resources.h"
#include "flows/document_json.h"
#include "flows/placed_order.h"

namespace connector::flows {

using domain::Decimal;
using domain::PostingKind;
using json::Value;
using store::PostingRow;

namespace {

constexpr std::int64_t kCancelledOrder = 45;

struct Property {
  const char* name;
  const char* words;
};

constexpr std::array kHeaderProperties{Property{"OrderedBy", "customer"}, Property{"Currency", "currency"}};
constexpr std::array kLineProperties{Property{"Item", "item"}, Property{"GLAccount", "G/L account"},
                                     Property{"CostCenter", "cost center"}, Property{"CostUnit", "cost unit"},
                                     Property{"VATCode", "VAT code"}};

/// Guids in one case, codes without their padding.
std::string normalized(const Value& value) {
  std::string text = exact::read_code(value);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// What was left to Exact to fill in is not known here.
bool same(const Value& stated, const Value& held) {
  const std::string wanted = normalized(stated);
  return wanted.empty() || wanted == normalized(held);
}

/// Credit notes may be told with the other sign (exact.md 4.5).
bool same_quantity(Decimal stated, const Value& held) {
  const auto quantity = held["Quantity"].decimal();
  return quantity && quantity->abs() == stated.abs();
}

/// Exact keeps prices as floating-point numbers; less than half a cent is no change.
bool same_price(Decimal stated, const Value& held) {
  const auto price = held["NetPrice"].decimal();
  return price && (price->abs() - stated.abs()).abs() < Decimal::parse("0.005").value_or(Decimal());
}

std::string line_difference(const Value& stated, const Value& held) {
  const Decimal quantity = stated["Quantity"].decimal().value_or(Decimal());
  if (!same_quantity(quantity, held)) {
    return "has quantity " + held["Quantity"].text_or("?") + " instead of " + quantity.to_string();
  }
  const Decimal price = stated["NetPrice"].decimal().value_or(Decimal());
  if (!same_price(price, held)) {
    return "has price " + held["NetPrice"].text_or("?") + " instead of " + price.to_string();
  }
  for (const Property& property : kLineProperties) {
    if (!same(stated[property.name], held[property.name])) return std::string("has another ") + property.words;
  }
  return {};
}

/// The lines may stand in any order.
std::string lines_difference(const json::Array& stated, const json::Array& held) {
  if (stated.size() != held.size()) {
    return "it has " + std::to_string(held.size()) + " lines instead of " + std::to_string(stated.size());
  }
  std::vector<const Value*> left;
  for (const Value& line : held) left.push_back(&line);
  std::vector<std::size_t> unmatched;
  for (std::size_t i = 0; i < stated.size(); ++i) {
    const auto match = std::find_if(left.begin(), left.end(),
                                    [&](const Value* line) { return line_difference(stated[i], *line).empty(); });
    if (match == left.end()) {
      unmatched.push_back(i);
    } else {
      left.erase(match);
    }
  }
  if (unmatched.empty()) return {};
  const std::size_t first = unmatched.front();
  const auto same_item = std::find_if(left.begin(), left.end(),
                                      [&](const Value* line) { return same(stated[first]["Item"], (*line)["Item"]); });
  const Value& now = same_item == left.end() ? *left.front() : **same_item;
  return "line " + std::to_string(first + 1) + " " + line_difference(stated[first], now);
}

/// Sales order lines are known by their ids; what was cancelled since is taken away.
std::string order_lines_difference(const MadeDocument& made, const json::Array& held) {
  auto placed = placed_order_lines(made.posting.target_data);
  if (placed.empty()) return {};
  for (const PostingRow& row : made.since) {
    if (row.kind != PostingKind::sales_order_change) continue;
    const auto body = json::parse(row.body.empty() ? "{}" : row.body);
    if (!body) continue;
    std::map<std::string, Decimal> quantities;
    for (const Value& line : (*body)["Lines"].array()) {
      quantities[line["id"].text_or("")] = line["quantity"].decimal().value_or(Decimal());
    }
    for (auto& line : placed) {
      if (const auto changed = quantities.find(line.id); changed != quantities.end()) line.quantity = changed->second;
    }
  }
  std::erase_if(placed, [](const PlacedOrderLine& line) { return line.quantity.is_zero(); });
  if (placed.size() != held.size()) {
    return "it has " + std::to_string(held.size()) + " lines instead of " + std::to_string(placed.size());
  }
  for (const PlacedOrderLine& line : placed) {
    const auto match = std::find_if(held.begin(), held.end(), [&line](const Value& each) {
      return normalized(each["ID"]) == normalized(Value(line.id));
    });
    if (match == held.end()) return "a line was replaced by another";
    if (!same_quantity(line.quantity, *match)) {
      return "a line has quantity " + (*match)["Quantity"].text_or("?") + " instead of " + line.quantity.to_string();
    }
    if (!same_price(line.net_price, *match)) {
      return "a line has price " + (*match)["NetPrice"].text_or("?") + " instead of " + line.net_price.to_string();
    }
  }
  return {};
}

/// Of an invoice that Exact made of a sales order: how it cut the order's lines is its own affair, what they hold is
/// not.
std::string invoiced_lines_difference(const MadeDocument& made, const json::Array& held) {
  const auto document = document_of(made.posting);
  if (!document || document->in_summary) return {};
  struct Invoiced {
    std::string code;
    std::string item;
    Decimal price;
    Decimal planned;
    Decimal held;
  };
  std::vector<Invoiced> invoiced;
  for (const auto& line : document->lines) {
    const auto id = made.items.find(line.exact_item);
    if (id == made.items.end()) return {};
    const auto same_kind = std::find_if(invoiced.begin(), invoiced.end(), [&line](const Invoiced& each) {
      return each.code == line.exact_item && each.price == line.unit_price;
    });
    if (same_kind != invoiced.end()) {
      same_kind->planned += line.quantity;
    } else {
      invoiced.push_back({line.exact_item, normalized(Value(id->second)), line.unit_price, line.quantity, Decimal()});
    }
  }
  for (const Value& line : held) {
    const std::string item = normalized(line["Item"]);
    const auto match = std::find_if(invoiced.begin(), invoiced.end(), [&](const Invoiced& each) {
      return each.item == item && same_price(each.price, line);
    });
    if (match != invoiced.end()) {
      match->held += line["Quantity"].decimal().value_or(Decimal()).abs();
      continue;
    }
    const auto other_price =
        std::find_if(invoiced.begin(), invoiced.end(), [&item](const Invoiced& each) { return each.item == item; });
    if (other_price == invoiced.end()) return "it has a line with another item";
    return "item " + other_price->code + " has price " + line["NetPrice"].text_or("?") + " instead of " +
           other_price->price.to_string();
  }
  for (const Invoiced& each : invoiced) {
    if (each.held != each.planned.abs()) {
      return "item " + each.code + " has quantity " + each.held.to_string() + " instead of " +
             each.planned.abs().to_string();
    }
  }
  return {};
}

/// Exact may cut a text short; it does not lengthen it.
bool same_text(const MadeDocument& made, const Value& body, const Value& held) {
  const std::string now = exact::read_code(held["Description"]);
  std::vector<std::string> written{exact::read_code(body["Description"])};
  for (const PostingRow& row : made.since) {
    if (row.kind != PostingKind::invoice_processing) continue;
    if (const auto document = document_of(row)) written.push_back(domain::description_in_exact(*document));
  }
  if (written.front().empty()) return true;
  return std::any_of(written.begin(), written.end(), [&now](const std::string& text) {
    return text == now || (!now.empty() && text.starts_with(now));
  });
}

}  // namespace

bool amounts_agree(const Value& header, Decimal planned) {
  for (const char* name : {"AmountFC", "AmountFCExclVat"}) {
    if (const auto amount = header[name].decimal(); amount && amount->abs() == planned.abs()) return true;
  }
  return !header["AmountFC"].decimal() && !header["AmountFCExclVat"].decimal();
}

domain::Error added_vat(const Value& header, Decimal planned) {
  const auto with_vat = header["AmountFC"].decimal();
  const auto without_vat = header["AmountFCExclVat"].decimal();
  if (!with_vat || !without_vat || with_vat->is_zero()) return {};
  const Decimal amount = planned.abs().rounded(2);
  if (without_vat->abs().rounded(2) != amount || with_vat->abs().rounded(2) == amount) return {};
  return {domain::Cause::amount_difference,
          "Exact put VAT on top of it, so that it amounts to " + with_vat->abs().to_string() + " instead of " +
              planned.abs().to_string() +
              ": choose a VAT code of 0% or one that includes VAT, in the mapping or for the items and the customer in "
              "Exact, and correct this document there"};
}

bool is_credit_note(const Value& header) {
  using exact::SalesInvoiceType;
  const auto type = SalesInvoiceType{header["Type"].integer().value_or(0)};
  return type == SalesInvoiceType::credit_note || type == SalesInvoiceType::direct_credit_note;
}

bool leaves_nothing(const json::Array& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](const Value& line) { return line["quantity"].decimal().value_or(Decimal()).is_zero(); });
}

std::string difference_of(const MadeDocument& made, const Value& held) {
  const PostingRow& row = made.posting;
  const bool is_order = row.kind == PostingKind::sales_order;
  std::vector<std::string> found;
  if (is_order && held["Status"].integer() == std::optional(kCancelledOrder)) found.emplace_back("it was cancelled");
  const auto body = json::parse(row.body.empty() ? "{}" : row.body);
  // An invoice that Exact made of a sales order carries the order's reference and texts.
  if (body && (*body)["YourRef"].is_string()) {
    if (const std::string reference = exact::read_code(held["YourRef"]); reference != row.reference) {
      found.push_back("its reference is \"" + reference + "\" instead of \"" + row.reference + "\"");
    }
    for (const Property& property : kHeaderProperties) {
      if (!same((*body)[property.name], held[property.name])) {
        found.push_back(std::string("it has another ") + property.words);
      }
    }
    if (!same_text(made, *body, held)) found.emplace_back("it has another description");
  }
  if (!is_order && !amounts_agree(held, row.total)) {
    found.push_back("it amounts to " + held["AmountFC"].text_or("?") + " instead of " + row.total.to_string());
  }
  std::string lines;
  if (is_order) {
    lines = order_lines_difference(made, held["Lines"].array());
  } else if (body && (*body)["SalesInvoiceLines"].is_array()) {
    lines = lines_difference((*body)["SalesInvoiceLines"].array(), held["Lines"].array());
  } else if (row.kind == PostingKind::sales_invoice && !made.items.empty()) {
    lines = invoiced_lines_difference(made, held["Lines"].array());
  }
  if (!lines.empty()) found.push_back(std::move(lines));
  std::string text;
  for (const std::string& each : found) text += (text.empty() ? "" : "; ") + each;
  return text;
}

bool removed_by_connector(const MadeDocument& made) {
  if (made.posting.kind != PostingKind::sales_order) return false;
  return std::any_of(made.since.begin(), made.since.end(), [](const PostingRow& row) {
    if (row.kind != PostingKind::sales_order_change) return false;
    const auto body = json::parse(row.body.empty() ? "{}" : row.body);
    return body && (*body)["Lines"].is_array() && leaves_nothing((*body)["Lines"].array());
  });
}

}  // namespace connector::flows
