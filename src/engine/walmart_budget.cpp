#include "engine/walmart_budget.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "walmart/endpoints.h"
#include "walmart/throttling.h"

namespace connector::engine {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using domain::UtcTime;
using ports::Task;
namespace endpoints = walmart::endpoints;

namespace {

struct PublishedLimit {
  std::string_view endpoint;
  double calls;
  double seconds;
};

/// walmart.md 1.5; endpoints not named there are limited by their answers only.
constexpr std::array kPublishedLimits{
    PublishedLimit{endpoints::orders, 5000, 60},
    PublishedLimit{endpoints::order, 5000, 60},
    PublishedLimit{endpoints::released_orders, 60, 60},
    PublishedLimit{endpoints::acknowledge, 60, 60},
    PublishedLimit{endpoints::ship, 60, 60},
    PublishedLimit{endpoints::cancel, 60, 60},
    PublishedLimit{endpoints::refund, 60, 60},
    PublishedLimit{endpoints::returns, 50, 60},
    PublishedLimit{endpoints::return_refund, 60, 60},
    PublishedLimit{endpoints::stock_level, 200, 60},
    PublishedLimit{endpoints::put_stock_level, 200, 60},
    PublishedLimit{endpoints::inventories, 200, 60},
    PublishedLimit{endpoints::item_inventory, 200, 60},
    PublishedLimit{endpoints::put_item_inventory, 200, 60},
    PublishedLimit{endpoints::put_price, 100, 3600},
    PublishedLimit{endpoints::feeds, 5000, 60},
    PublishedLimit{"POST /v3/feeds?feedType=inventory", 10, 3600},
    PublishedLimit{"POST /v3/feeds?feedType=MP_INVENTORY", 50, 3600},
    PublishedLimit{"POST /v3/feeds?feedType=price", 10, 3600},
    PublishedLimit{endpoints::items, 60, 60},
    PublishedLimit{endpoints::item, 900, 60},
    PublishedLimit{endpoints::ship_nodes, 50, 60},
    PublishedLimit{endpoints::partner_profile, 50, 60},
    PublishedLimit{endpoints::event_types, 5, 60},
    PublishedLimit{endpoints::subscriptions, 50, 60},
    PublishedLimit{endpoints::subscribe, 200, 60},
    PublishedLimit{endpoints::unsubscribe, 10, 60},
    PublishedLimit{endpoints::test_subscription, 10, 60},
    PublishedLimit{endpoints::recon_file, 100, 60},
    PublishedLimit{endpoints::statement, 15, 60},
};

}  // namespace

WalmartBudget::WalmartBudget(ports::Executor& executor, ports::Clock& clock, Milliseconds longest_wait)
    : executor_(executor), clock_(clock), longest_wait_(longest_wait), changed_(executor) {}

WalmartBudget::Bucket& WalmartBudget::bucket(std::string_view endpoint) {
  auto found = buckets_.find(endpoint);
  if (found != buckets_.end()) return found->second;
  Bucket fresh;
  for (const auto& limit : kPublishedLimits) {
    if (limit.endpoint != endpoint) continue;
    fresh.size = limit.calls;
    fresh.per_second = limit.calls / limit.seconds;
    fresh.level = limit.calls;
  }
  fresh.filled_at = clock_.now();
  return buckets_.emplace(std::string(endpoint), fresh).first->second;
}

void WalmartBudget::refill(Bucket& bucket) const {
  const UtcTime now = clock_.now();
  const double seconds = std::max<double>(0, static_cast<double>((now - bucket.filled_at).count()) / 1000.0);
  bucket.level = std::min(bucket.size, bucket.level + seconds * bucket.per_second);
  bucket.filled_at = now;
}

Task<Result<void>> WalmartBudget::admit(std::string endpoint, ports::CallPriority) {
  const UtcTime started = clock_.now();
  while (true) {
    if (closed_) co_return domain::fail(Cause::cancelled, "the process is stopping: no call leaves any more");
    Bucket& bucket = this->bucket(endpoint);
    refill(bucket);
    const UtcTime now = clock_.now();
    Milliseconds wait{0};
    if (now < bucket.blocked_until) {
      wait = bucket.blocked_until - now;
    } else if (bucket.size > 0 && bucket.level < 1) {
      wait = Milliseconds{static_cast<std::int64_t>(std::ceil((1 - bucket.level) / bucket.per_second * 1000))};
    } else {
      if (bucket.size > 0) bucket.level -= 1;
      ++calls_;
      co_return Result<void>{};
    }
    if (now + wait - started > longest_wait_) {
      co_return domain::fail(Cause::budget_spent,
                             "Walmart allows no " + endpoint + " before " + domain::to_iso8601(now + wait));
    }
    co_await changed_.wait(std::clamp(wait, Milliseconds{1}, Milliseconds{5'000}));
  }
}

void WalmartBudget::completed(std::string_view endpoint, const ports::HttpOutcome& outcome) {
  if (!outcome) return;
  const UtcTime now = clock_.now();
  Bucket& bucket = this->bucket(endpoint);
  const auto throttling = walmart::read_throttling(outcome->headers, now);
  if (outcome->status == 429) {
    ++answers_429_;
    bucket.blocked_until = std::max(bucket.blocked_until, walmart::retry_time(outcome->headers, now));
    bucket.level = 0;
  } else if (throttling.calls_left) {
    if (bucket.size > 0) bucket.level = std::min(bucket.level, static_cast<double>(*throttling.calls_left));
    if (*throttling.calls_left <= 0 && throttling.replenished_at) {
      bucket.blocked_until = std::max(bucket.blocked_until, *throttling.replenished_at);
    }
  }
  changed_.notify_all();
}

std::int64_t WalmartBudget::calls_left(std::string_view endpoint) const {
  auto found = buckets_.find(endpoint);
  if (found == buckets_.end() || found->second.size <= 0) return -1;
  Bucket copy = found->second;
  refill(copy);
  return clock_.now() < copy.blocked_until ? 0 : static_cast<std::int64_t>(copy.level);
}

void WalmartBudget::close() {
  closed_ = true;
  changed_.notify_all();
}

}  // namespace connector::engine
