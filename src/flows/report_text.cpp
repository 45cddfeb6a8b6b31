#include "flows/report_text.h"

#include <fmt/format.h>

namespace connector::flows {

using json::Value;

namespace {

std::string price_line(const Value& change, std::string_view name) {
  return fmt::format("    {:<28} {:>12} -> {:>12}\n", change[name].text_or(""), change["from"].text_or("-"),
                     change["to"].text_or(""));
}

std::string kept_back(const Value& problems) {
  std::string text;
  for (const Value& problem : problems.array()) {
    text += fmt::format("  kept back: {} {} -> {}: {}\n", problem["sku"].text_or(""), problem["from"].text_or("-"),
                        problem["to"].text_or(""), problem["message"].text_or(""));
  }
  return text;
}

}  // namespace

std::string inventory_text(const Value& report) {
  std::string text =
      fmt::format("Walmart's stock of {} to {}, Exact's of {}\n", report["walmart_read_from"].text_or(""),
                  report["walmart_read_to"].text_or(""), report["exact_read_at"].text_or(""));
  for (const Value& warehouse : report["warehouses"].array()) {
    text += fmt::format("Warehouse {}: {} items compared, {} different by {} units{}{}\n",
                        warehouse["warehouse"].text_or(""), warehouse["items_compared"].text_or("0"),
                        warehouse["items_different"].text_or("0"), warehouse["units_moved"].text_or("0"),
                        warehouse["count"].is_null() ? "" : "; count " + warehouse["count"].text_or(""),
                        warehouse["posting"].is_null() ? "" : ": " + warehouse["posting"].text_or(""));
    const Value& lines = warehouse["lines"];
    if (lines.size() > 0) {
      text +=
          fmt::format("    {:<24} {:>10} {:>10} {:>10} {:>10}\n", "ITEM", "WALMART", "PENDING", "EXACT", "DIFFERENCE");
    }
    for (const Value& line : lines.array()) {
      text +=
          fmt::format("    {:<24} {:>10} {:>10} {:>10} {:>10}\n", line["item"].text_or(""), line["in_hand"].text_or(""),
                      line["pending"].text_or(""), line["exact"].text_or(""), line["difference"].text_or(""));
    }
    if (!warehouse["note"].is_null()) text += fmt::format("  {}\n", warehouse["note"].text_or(""));
  }
  if (report["left_to_the_next_run"].size() > 0) {
    text += fmt::format("{} items were moving and are left to the next run.\n", report["left_to_the_next_run"].size());
  }
  if (report["not_told_by_walmart"].size() > 0) {
    text += fmt::format("{} items were not compared: Walmart does not tell what is available of them.\n",
                        report["not_told_by_walmart"].size());
  }
  for (const Value& notice : report["new_notices"].array()) text += notice["message"].text_or("") + "\n";
  return text;
}

std::string prices_text(const Value& report) {
  std::string text;
  const Value& walmart = report["to_walmart"];
  if (walmart["on"].boolean() == std::optional(true)) {
    text +=
        fmt::format("Exact to Walmart: {} changed, {} unchanged, {} without a list price\n", walmart["changes"].size(),
                    walmart["unchanged"].text_or("0"), walmart["without_list_price"].text_or("0"));
    for (const Value& change : walmart["changes"].array()) text += price_line(change, "sku");
    text += kept_back(walmart["kept_back"]);
  }
  const Value& exact = report["to_exact"];
  if (exact["on"].boolean() == std::optional(true)) {
    text += fmt::format("Walmart to Exact: {} changed, {} unchanged\n", exact["changes"].size(),
                        exact["unchanged"].text_or("0"));
    for (const Value& change : exact["changes"].array()) text += price_line(change, "item");
    text += kept_back(exact["kept_back"]);
  }
  if (const auto accepted = report["accepted_by_walmart"].integer().value_or(0); accepted > 0)
    text += fmt::format("{} prices were taken by Walmart.\n", accepted);
  for (const Value& refused : report["refused_by_walmart"].array()) {
    text += fmt::format("not taken: {} {}: {}{}\n", refused["sku"].text_or(""), refused["amount"].text_or(""),
                        refused["error"].text_or(""),
                        refused["again"].boolean() == std::optional(true) ? " (is sent again)" : "");
  }
  return text;
}

}  // namespace connector::flows
