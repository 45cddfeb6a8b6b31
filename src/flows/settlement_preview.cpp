#include "flows/settlement_preview.h"

#include <fmt/format.h>

#include "flows/document_json.h"
#include "flows/settlement_json.h"

namespace connector::flows {

using json::Value;

namespace {

Value problem_json(domain::Cause cause, const std::string& message) {
  Value told{json::Object{}};
  told.set("cause", domain::to_string(cause));
  told.set("message", message);
  return told;
}

Value preview_json(const SettlementPreview& preview) {
  Value entry = preview.settlement ? to_json(*preview.settlement) : Value{json::Object{}};
  entry.set("payout_date", domain::to_iso8601(preview.payout_date));
  Value documents{json::Array{}};
  for (const auto& document : preview.plan.documents) documents.push_back(to_json(document));
  entry.set("documents", std::move(documents));
  Value problems{json::Array{}};
  for (const auto& problem : preview.plan.problems) problems.push_back(problem_json(problem.cause, problem.message));
  if (!preview.unreadable.empty()) {
    problems.push_back(problem_json(domain::Cause::unexpected_source_data, preview.unreadable));
  }
  entry.set("problems", std::move(problems));
  return entry;
}

std::string preview_text(const SettlementPreview& preview) {
  std::string text = "payout of " + domain::to_iso8601(preview.payout_date);
  if (preview.settlement) {
    text += fmt::format(": {} {}", preview.settlement->total_payable.to_fixed(2), preview.settlement->currency);
  }
  text += "\n";
  for (const auto& document : preview.plan.documents) {
    for (const auto& line : document.lines) {
      text += fmt::format("  {:<34} {:>8} {:>14}\n", line.sku, line.gl_account, line.amount.to_fixed(2));
    }
  }
  for (const auto& problem : preview.plan.problems) text += "  would be held: " + problem.message + "\n";
  if (!preview.unreadable.empty()) text += "  would be held: " + preview.unreadable + "\n";
  return text;
}

}  // namespace

FlowPreview show_settlement_previews(const std::vector<SettlementPreview>& previews) {
  FlowPreview shown;
  Value settlements{json::Array{}};
  for (const SettlementPreview& preview : previews) {
    settlements.push_back(preview_json(preview));
    shown.text += preview_text(preview);
    shown.problems = shown.problems || !preview.plan.problems.empty() || !preview.unreadable.empty();
  }
  shown.text += fmt::format("{} settlements read; nothing was sent.\n", previews.size());
  shown.json = Value{json::Object{}};
  shown.json.set("dry_run", true);
  shown.json.set("settlements", std::move(settlements));
  return shown;
}

}  // namespace connector::flows
