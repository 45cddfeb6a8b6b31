#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "flows/connection_runtime.h"

namespace connector::flows {

/// Opens what works for one connection, lets `work` use it once, and gives back what it took from the budgets that
/// processes share, whatever `work` came to. `work` is called with a ConnectionRuntime& and gives a Task<Result<T>>;
/// what it captured lives until that ends. Errors: those of opening, or of `work`. Executor thread only.
template <typename Work>
std::invoke_result_t<Work&, ConnectionRuntime&> with_runtime(
    Environment& environment, store::ConnectionRow row, Work work,
    ConnectionRuntime::ExactApp app = ConnectionRuntime::ExactApp::in_use) {
  auto runtime = co_await ConnectionRuntime::open(environment, std::move(row), app);
  if (!runtime) co_return domain::fail(runtime.error());
  auto outcome = co_await work(**runtime);
  co_await (*runtime)->leave();
  co_return outcome;
}

}  // namespace connector::flows
