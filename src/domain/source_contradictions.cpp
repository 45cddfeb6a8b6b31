#include "domain/source_contradictions.h"

#include <fmt/format.h>

namespace connector::domain {
namespace {

Decimal invoiced_quantity(const OrderLine& line, const std::vector<PlannedPosting>& history) {
  Decimal invoiced;
  for (const PlannedPosting& posting : history) {
    if (!posting.frozen || posting.document.kind != PostingKind::sales_invoice) continue;
    for (const CoveredUnits& units : posting.document.covers) {
      if (units.line_number == line.line_number) invoiced += units.to - units.from;
    }
  }
  return invoiced;
}

}  // namespace

std::vector<PlanningProblem> contradictions_of(std::string_view purchase_order_id, const OrderLine& line,
                                               const std::vector<PlannedPosting>& history) {
  std::vector<PlanningProblem> problems;
  const std::string key = fmt::format("review/{}/{}", purchase_order_id, line.line_number);
  const auto note = [&](const std::string& text) {
    problems.push_back({Cause::unexpected_source_data, key, fmt::format("order line {}: {}", line.line_number, text)});
  };
  Decimal stated;
  for (const QuantityStatus& part : line.statuses) {
    stated += part.quantity;
    if (part.status == LineStatus::unknown && part.quantity > Decimal()) {
      note(
          fmt::format("unknown status \"{}\" of {} units, which are not posted", part.word, part.quantity.to_string()));
    }
  }
  if (stated > line.quantity) {
    note(fmt::format("statuses speak of {} units but {} were ordered; no more than those are posted",
                     stated.to_string(), line.quantity.to_string()));
  }
  if (line.retraction) {
    note(
        fmt::format("Walmart said that {} units have left, and says now that {} have and {} are cancelled: look the "
                    "order up there, and credit by hand what was invoiced and did not leave",
                    shipped_quantity(line).to_string(), line.retraction->shipped.to_string(),
                    line.retraction->cancelled.to_string()));
  }
  const Decimal invoiced = invoiced_quantity(line, history);
  if (invoiced > shipped_quantity(line)) {
    note(fmt::format("{} units are invoiced but only {} have left by what Walmart says now", invoiced.to_string(),
                     shipped_quantity(line).to_string()));
  }
  return problems;
}

}  // namespace connector::domain
