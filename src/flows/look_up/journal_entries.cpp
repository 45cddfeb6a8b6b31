#include "flows/look_up/journal_entries.h"

#include <set>

#include "domain/mutation.h"
#include "exact/resources.h"
#include "flows/call_outcomes.h"
#include "flows/look_up/exact_rows.h"

namespace connector::flows {

using domain::Decimal;
using engine::LookUpOutcome;
using exact::ODataFilter;
using exact::ODataQuery;
using json::Value;
using ports::Task;
using store::PostingRow;

namespace {

/// G/L account and amount of each line.
std::multiset<std::pair<std::string, Decimal>> amounts_of(const json::Array& lines) {
  std::multiset<std::pair<std::string, Decimal>> amounts;
  for (const Value& line : lines) {
    amounts.emplace(line["GLAccount"].text_or(""), line["AmountFC"].decimal().value_or(Decimal()));
  }
  return amounts;
}

json::Array lines_of_entry(const std::vector<Value>& lines, const std::string& entry) {
  json::Array found;
  for (const Value& line : lines) {
    if (line["EntryID"].text_or("") == entry) found.push_back(line);
  }
  return found;
}

LookUpOutcome outcome_of(const PostingRow& row, const std::vector<const Value*>& named, const std::vector<Value>& lines,
                         const std::string& correlation_id) {
  if (named.empty() || domain::mutated(domain::Mutation::journal_entries_not_sought))
    return look_up_outcome(LookUpOutcome::Kind::absent, correlation_id);
  std::set<std::string> entries;
  for (const Value* line : named) entries.insert((*line)["EntryID"].text_or(""));
  if (entries.size() > 1) {
    return look_up_difference("Exact holds " + std::to_string(entries.size()) + " journal entries named " +
                                  row.reference + "; delete all but one there, then retry",
                              correlation_id);
  }
  const std::string entry = (*named.front())["EntryID"].text_or("");
  const auto body = json::parse(row.body.empty() ? "{}" : row.body);
  if (!body || amounts_of((*body)["GeneralJournalEntryLines"].array()) != amounts_of(lines_of_entry(lines, entry))) {
    return look_up_difference("the journal entry " + row.reference + " in Exact has other lines than planned",
                              correlation_id);
  }
  return found_in_exact(entry, (*named.front())["EntryNumber"], correlation_id);
}

}  // namespace

Task<void> look_up_journal_entries(LookUpSources sources, LookUpBatch batch) {
  ODataQuery query(exact::resources::general_journal_entry_lines);
  query.select({"ID", "EntryID", "EntryNumber", "Description"}).filter(batch.any_of([&batch](std::size_t index) {
    return ODataFilter::equals("Description", batch.row(index).reference);
  }));
  const auto named = co_await read_for(&batch, sources.client, &query);
  if (!named) co_return;
  std::vector<ODataFilter> of_entries;
  for (const Value& line : named->value) {
    of_entries.push_back(ODataFilter::equals_guid("EntryID", line["EntryID"].text_or("")));
  }
  std::vector<std::string> columns{"ID", "EntryID", "GLAccount", "AmountFC"};
  const auto lines =
      co_await read_all_of(&batch, sources.client, exact::resources::general_journal_entry_lines, columns, of_entries);
  if (!lines) co_return;
  for (const std::size_t index : batch.indices) {
    std::vector<const Value*> matches;
    for (const Value& line : named->value) {
      if (line["Description"].text_or("") == batch.row(index).reference) matches.push_back(&line);
    }
    batch.outcome(index) = outcome_of(batch.row(index), matches, lines->value, named->correlation_id);
  }
}

}  // namespace connector::flows
