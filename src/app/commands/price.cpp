#include <fmt/format.h>

#include "app/installation.h"
#include "app/live_installation.h"
#include "app/posting_view.h"
#include "app/run.h"
#include "flows/connection_runtime.h"
#include "flows/plan_prices.h"

namespace connector::app::commands {

using domain::Cause;
using domain::Decimal;
using domain::Milliseconds;
using domain::Result;
using ports::Task;
using store::PostingRow;
using store::PostingState;

namespace {

constexpr Milliseconds kPatience{30'000};

bool is_settled(const PostingRow& row) {
  return row.state == PostingState::posted || row.state == PostingState::held || row.state == PostingState::withdrawn;
}

struct Wish {
  std::string sku;
  Decimal amount;
  bool beyond_guards = false;
  std::string actor;
};

/// What Walmart asks for the SKU now, in the connection's currency.
Task<Result<std::optional<Decimal>>> present_price(flows::ConnectionRuntime* runtime, Wish wish, std::string currency) {
  auto found = co_await runtime->walmart().item(wish.sku, ports::CallPriority::person);
  if (!found) co_return domain::fail(found.error().error);
  for (const auto& item : found->value.items) {
    if (item.sku != wish.sku) continue;
    if (!item.price) co_return std::optional<Decimal>();
    if (item.price->currency != currency) {
      co_return domain::fail(Cause::bad_input, fmt::format("{} is sold in {}, but price_currency is {}", wish.sku,
                                                           item.price->currency, currency));
    }
    co_return std::optional<Decimal>(item.price->amount);
  }
  co_return domain::fail(Cause::not_found, fmt::format("Walmart knows no SKU \"{}\" of this seller", wish.sku));
}

Task<Result<PostingRow>> set_price(flows::ConnectionRuntime* runtime, LiveInstallation* live, Wish wish) {
  const auto id = runtime->row().id;
  auto context_query = [id](store::Reader& reader) { return flows::read_planning_context(reader, id); };
  auto context = co_await live->store().read(std::move(context_query));
  if (!context) co_return domain::fail(context.error());
  auto present = co_await present_price(runtime, wish, context->settings.price_currency);
  if (!present) co_return domain::fail(present.error());
  const auto kept = domain::price_guard(context->settings, *present, wish.amount);
  if (kept && !wish.beyond_guards) {
    co_return domain::fail(Cause::bad_input,
                           "the price is kept back: " + *kept + "; add --beyond-guards if it is meant as it stands");
  }
  if (context->settings.prices_to_walmart) {
    auto refreshed = co_await runtime->prices().refresh_list_prices();
    if (!refreshed) co_return domain::fail(refreshed.error());
  }
  auto work = [context = *context, wish, now = live->clock().now()](store::Transaction& transaction) {
    return flows::plan_urgent_price(transaction, context, wish.sku, wish.amount, now, wish.actor);
  };
  auto planned = co_await live->store().write(std::move(work));
  if (!planned) co_return planned;
  auto& worker = runtime->worker();
  worker.on_change = [&worker, key = planned->key](const PostingRow& row) {
    if (row.key == key && is_settled(row)) worker.stop();
  };
  auto worked = co_await worker.run_until_idle(kPatience, kPatience);
  if (!worked) co_return domain::fail(worked.error());
  auto again = [id, key = planned->key](store::Reader& reader) -> Result<PostingRow> {
    auto row = reader.posting(id, key);
    if (!row) return domain::fail(row.error());
    if (!*row) return domain::fail(Cause::store_failure, key + " is gone");
    return **row;
  };
  co_return co_await live->store().read(std::move(again));
}

}  // namespace

ExitCode run(const PriceSet& command, Context& context) {
  auto amount = Decimal::parse(command.amount);
  if (!amount || amount->rounded(2) != *amount) {
    return fail_command(context, {Cause::bad_input,
                                  "AMOUNT must be a number with at most two decimals, not \"" + command.amount + "\""});
  }
  if (*amount <= Decimal()) return fail_command(context, {Cause::bad_input, "AMOUNT must be above zero"});
  auto live = LiveInstallation::open(context);
  if (!live) return fail_command(context, live.error());
  auto row = (*live)->connection(command.name);
  if (!row) return fail_command(context, row.error());
  // Its worker would send all else that waits as well.
  if (auto works = require_not_paused(*row); !works) return fail_command(context, works.error());
  auto runtime = (*live)->runtime(*row);
  if (!runtime) return fail_command(context, runtime.error());
  const Wish wish{command.sku, *amount, command.beyond_guards, context.actor};
  auto posting = (*live)->run(set_price(runtime->get(), live->get(), wish));
  if (!posting) return fail_command(context, posting.error());
  if (posting->state == PostingState::posted && !context.output.is_json()) {
    context.output.result(
        {}, fmt::format("Walmart took the price of {}: {} {}\n", command.sku, amount->to_fixed(2), posting->currency));
    return ExitCode::done;
  }
  context.output.table("postings", posting_table({*posting}));
  if (posting->state == PostingState::posted) return ExitCode::done;
  context.output.note(
      posting->state == PostingState::held
          ? "Walmart did not take the price; the message says why"
          : "the price is not set yet; it is sent as soon as Walmart allows, by serve or the next sync");
  return ExitCode::differences;
}

}  // namespace connector::app::commands
