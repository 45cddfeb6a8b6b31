#pragma once

#include <functional>

#include "flows/list_passes.h"
#include "ports/task.h"
#include "walmart/client.h"

namespace connector::flows {

/// Reads all returns of a query, page by page, and again as long as rows moved meanwhile. Executor thread only.
class ReturnReader {
 public:
  /// Takes a page.
  using PageSink = std::function<ports::Task<domain::Result<void>>(walmart::ReturnsPage)>;

  explicit ReturnReader(walmart::Client& walmart) : walmart_(walmart) {}

  /// Returns of an earlier pass come again. `sink` and the reader must outlive the task.
  ports::Task<domain::Result<void>> read(walmart::ReturnsQuery query, PageSink* sink);

 private:
  ports::Task<domain::Result<void>> read_pass(walmart::ReturnsQuery query, ListPasses* passes, PageSink* sink);

  walmart::Client& walmart_;
};

}  // namespace connector::flows
