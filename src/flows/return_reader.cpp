#include "flows/return_reader.h"

#include <set>

#include "domain/mutation.h"
#include "flows/call_outcomes.h"

namespace connector::flows {

using domain::Cause;
using domain::Result;
using ports::Task;

Task<Result<void>> ReturnReader::read(walmart::ReturnsQuery query, PageSink* sink) {
  ListPasses passes;
  while (true) {
    auto read = co_await read_pass(query, &passes, sink);
    if (!read) co_return read;
    const auto verdict = passes.end();
    if (verdict == ListPasses::Verdict::whole) co_return read;
    if (verdict == ListPasses::Verdict::restless) co_return domain::fail(restless_list("returns"));
  }
}

Task<Result<void>> ReturnReader::read_pass(walmart::ReturnsQuery query, ListPasses* passes, PageSink* sink) {
  auto page = co_await walmart_.returns(query);
  if (page) passes->begin(page->value.next_cursor.empty() ? 0 : page->value.total_count);
  std::set<std::string> seen_cursors;
  while (true) {
    if (!page) co_return domain::fail(with_context(page.error(), "reading Walmart returns"));
    for (const walmart::ReadReturn& read : page->value.returns) passes->see(read.return_order_id);
    const std::string next = page->value.next_cursor;
    auto taken = co_await (*sink)(std::move(page->value));
    if (!taken) co_return taken;
    if (next.empty() || domain::mutated(domain::Mutation::later_return_pages_forgotten)) co_return Result<void>{};
    if (!seen_cursors.insert(next).second) {
      co_return domain::fail(Cause::unexpected_source_data,
                             "Walmart repeated a page cursor; the run stops here and the watermark stays");
    }
    page = co_await walmart_.next_returns(next);
  }
}

}  // namespace connector::flows
