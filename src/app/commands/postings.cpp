#include "app/installation.h"
#include "app/posting_view.h"
#include "app/run.h"
#include "flows/posting_states.h"

namespace connector::app::commands {
namespace {

domain::Result<std::vector<store::PostingRow>> list(store::Reader& reader, const Postings& command) {
  auto connection = find_connection_or_removed(reader, command.name);
  if (!connection) return domain::fail(connection.error());
  store::PostingFilter filter;
  filter.connection = connection->id;
  if (command.state) filter.state = store::parse_posting_state(*command.state);
  filter.source_id = command.order.value_or("");
  std::vector<store::PostingRow> rows;
  while (true) {
    filter.limit = 1000;
    if (command.limit > 0)
      filter.limit = std::min<std::size_t>(1000, static_cast<std::size_t>(command.limit) - rows.size());
    if (filter.limit == 0) return rows;
    auto page = reader.postings(filter);
    if (!page) return page;
    if (page->empty()) return rows;
    filter.before_id = page->back().id;
    for (store::PostingRow& row : *page) {
      if (auto said = flows::say_what_it_waits_for(reader, row); !said) return domain::fail(said.error());
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace

ExitCode run(const Postings& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto rows = (*installation)->read([command](store::Reader& reader) { return list(reader, command); });
  if (!rows) return fail_command(context, rows.error());
  context.output.table("postings", posting_table(*rows));
  if (command.limit > 0 && rows->size() == static_cast<std::size_t>(command.limit)) {
    context.output.note("there may be more: see --limit");
  }
  return ExitCode::done;
}

}  // namespace connector::app::commands
