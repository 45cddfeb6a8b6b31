#include "engine/walmart_budget.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/call_refusals.h"
#include "ports/counted.h"
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
  int calls;
  int seconds;
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
    PublishedLimit{endpoints::inventories, 200, 60},
    PublishedLimit{endpoints::item_inventory, 200, 60},
    PublishedLimit{endpoints::put_price, 100, 3600},
    PublishedLimit{endpoints::feeds, 5000, 60},
    PublishedLimit{"POST /v3/feeds?feedType=inventory", 10, 3600},
    PublishedLimit{"POST /v3/feeds?feedType=MP_INVENTORY", 50, 3600},
    PublishedLimit{"POST /v3/feeds?feedType=price", 10, 3600},
    PublishedLimit{endpoints::items, 60, 60},
    PublishedLimit{endpoints::item, 900, 60},
    PublishedLimit{endpoints::partner_profile, 50, 60},
    PublishedLimit{endpoints::event_types, 5, 60},
    PublishedLimit{endpoints::subscriptions, 50, 60},
    PublishedLimit{endpoints::subscribe, 200, 60},
    PublishedLimit{endpoints::unsubscribe, 10, 60},
    PublishedLimit{endpoints::test_subscription, 10, 60},
    // Published are 100 a minute; in the field a few in a row were refused (walmart.md 1.5).
    PublishedLimit{endpoints::recon_file, 6, 270},
};

/// Of a large bucket some are taken at once; what a killed process had taken is gone until the bucket fills again.
constexpr std::int64_t kMostFromBucket = 32;
constexpr std::int64_t kPartOfBucket = 100;
constexpr Milliseconds kOthersTurn{50};
constexpr std::string_view kBucketPrefix = "walmart/";

const PublishedLimit* published_limit(std::string_view endpoint) {
  const auto found = std::find_if(kPublishedLimits.begin(), kPublishedLimits.end(),
                                  [endpoint](const PublishedLimit& limit) { return limit.endpoint == endpoint; });
  return found == kPublishedLimits.end() ? nullptr : found;
}

}  // namespace

std::optional<WalmartBucket> walmart_bucket(const store::BudgetWindow& row, UtcTime now) {
  if (!row.name.starts_with(kBucketPrefix)) return std::nullopt;
  WalmartBucket bucket;
  bucket.endpoint = row.name.substr(kBucketPrefix.size());
  const PublishedLimit* limit = published_limit(bucket.endpoint);
  if (limit == nullptr) return std::nullopt;
  bucket.limit = limit->calls;
  // As take_from_bucket keeps it: thousandths of calls that are missing since `reset`.
  const Milliseconds period = std::chrono::seconds(limit->seconds);
  const std::int64_t passed = std::clamp<std::int64_t>((now - row.reset).count(), 0, period.count());
  const std::int64_t missing = row.taken - passed * limit->calls * 1000 / period.count();
  bucket.left = std::clamp<std::int64_t>(limit->calls - (missing + 999) / 1000, 0, limit->calls);
  return bucket;
}

WalmartBudget::WalmartBudget(ports::Executor& executor, ports::Clock& clock, BudgetStore shared,
                             Milliseconds longest_wait)
    : clock_(clock), shared_(std::move(shared)), longest_wait_(longest_wait), changed_(executor), tasks_(executor) {}

WalmartBudget::Bucket& WalmartBudget::bucket(std::string_view endpoint) {
  auto found = buckets_.find(endpoint);
  if (found != buckets_.end()) return found->second;
  Bucket fresh;
  if (const PublishedLimit* limit = published_limit(endpoint)) {
    fresh.size = limit->calls;
    fresh.period = std::chrono::seconds(limit->seconds);
    fresh.level = limit->calls;
  }
  fresh.filled_at = clock_.now();
  return buckets_.emplace(std::string(endpoint), fresh).first->second;
}

void WalmartBudget::refill(Bucket& bucket) const {
  const UtcTime now = clock_.now();
  const auto passed = static_cast<double>(std::max<std::int64_t>(0, (now - bucket.filled_at).count()));
  if (bucket.size > 0) bucket.level = std::min(bucket.size, bucket.level + passed * bucket.per_millisecond());
  bucket.filled_at = now;
}

Milliseconds WalmartBudget::time_to_next(const Bucket& bucket) const {
  return Milliseconds{static_cast<std::int64_t>(std::ceil((1 - bucket.level) / bucket.per_millisecond()))};
}

/// Takes up to `wanted` calls from the bucket that all processes share, and tells it what the remote said.
Task<void> WalmartBudget::take_from_store(std::string endpoint, std::int64_t wanted) {
  Bucket* bucket = &this->bucket(endpoint);  // a map's elements stay where they are
  const UtcTime now = clock_.now();
  std::optional<std::int64_t> left;
  if (bucket->told && now - bucket->told_at < bucket->period) {
    const auto since = static_cast<double>((now - bucket->told_at).count());
    left = *bucket->told + static_cast<std::int64_t>(since * bucket->per_millisecond());
    bucket->told.reset();
  }
  auto work = [shared = shared_, name = std::string(kBucketPrefix) + endpoint,
               size = static_cast<std::int64_t>(bucket->size), period = bucket->period, wanted, left,
               now](store::Transaction& transaction) {
    return transaction.take_from_bucket(shared.connection, name, size, period, wanted, left, now);
  };
  auto granted = Result<std::int64_t>{0};
  {
    const ports::Counted refilling(bucket->refillings);
    granted = co_await shared_.store->write(std::move(work));
  }
  refill(*bucket);
  if (granted) {
    bucket->granted += *granted;
    // The store knows of others' calls; how much is missing to the next one it does not tell.
    if (wanted > 0 && *granted == 0 && bucket->level >= 1) bucket->level = 0;
  } else if (wanted > 0 && bucket->level >= 1) {
    bucket->granted = 1;  // a store in trouble stops nobody here
  }
  if (wanted > 0 && bucket->granted == 0) {
    // For all that wait: each asking wakes the others.
    bucket->ask_again_at = bucket->filled_at + std::max(kOthersTurn, time_to_next(*bucket));
  }
  changed_.notify_all();
}

Task<Result<void>> WalmartBudget::admit(std::string endpoint, ports::CallPriority, std::optional<UtcTime> not_after) {
  const UtcTime started = clock_.now();
  while (true) {
    if (closed_) co_return domain::fail(stopping());
    Bucket& bucket = this->bucket(endpoint);
    refill(bucket);
    const UtcTime now = clock_.now();
    Milliseconds wait{0};
    if (now < bucket.blocked_until) {
      wait = bucket.blocked_until - now;
    } else if (bucket.size <= 0 || bucket.granted > 0 || (shared_.store == nullptr && bucket.level >= 1)) {
      if (bucket.granted > 0) --bucket.granted;
      bucket.level = std::max(0.0, bucket.level - 1);
      ++bucket.in_flight;
      ++calls_;
      co_return Result<void>{};
    } else if (shared_.store != nullptr && bucket.refillings > 0) {
      wait = kOthersTurn;
    } else if (shared_.store != nullptr && now >= bucket.ask_again_at) {
      const auto part = static_cast<std::int64_t>(bucket.size) / kPartOfBucket;
      co_await take_from_store(endpoint, std::clamp<std::int64_t>(part, 1, kMostFromBucket));
      continue;
    } else {
      wait = shared_.store != nullptr ? bucket.ask_again_at - now : time_to_next(bucket);
    }
    if (now + wait - started > longest_wait_) {
      co_return domain::fail(Cause::budget_spent,
                             "Walmart allows no " + endpoint + " before " + domain::to_iso8601(now + wait));
    }
    if (not_after && now + wait > *not_after) co_return domain::fail(too_late(endpoint));
    co_await changed_.wait(std::clamp(wait, Milliseconds{1}, Milliseconds{5'000}));
  }
}

void WalmartBudget::completed(std::string_view endpoint, const ports::HttpOutcome& outcome) {
  Bucket& bucket = this->bucket(endpoint);
  bucket.in_flight = std::max<std::int64_t>(0, bucket.in_flight - 1);
  if (!outcome) {
    const bool never_left = !outcome.error().may_have_arrived;
    if (never_left && bucket.size > 0) {
      if (shared_.store != nullptr) ++bucket.granted;
      bucket.level = std::min(bucket.size, bucket.level + 1);
      changed_.notify_all();
    }
    return;
  }
  const UtcTime now = clock_.now();
  const auto throttling = walmart::read_throttling(outcome->headers, now);
  if (outcome->status == 429) {
    ++answers_429_;
    bucket.blocked_until = std::max(bucket.blocked_until, walmart::retry_time(outcome->headers, now));
    bucket.level = 0;
    bucket.granted = 0;
    if (shared_.store != nullptr && bucket.size > 0 && !closed_) {
      bucket.told = 0;
      bucket.told_at = now;
      tasks_.spawn(take_from_store(std::string(endpoint), 0));
    }
  } else if (throttling.calls_left) {
    if (bucket.size > 0) bucket.level = std::min(bucket.level, static_cast<double>(*throttling.calls_left));
    bucket.told = std::max<std::int64_t>(0, *throttling.calls_left - bucket.in_flight);
    bucket.told_at = now;
    if (*throttling.calls_left <= 0 && throttling.replenished_at) {
      bucket.blocked_until = std::max(bucket.blocked_until, *throttling.replenished_at);
    }
  }
  changed_.notify_all();
}

std::int64_t WalmartBudget::calls_left(std::string_view endpoint) const {
  auto found = buckets_.find(endpoint);
  if (found == buckets_.end()) {
    const PublishedLimit* limit = published_limit(endpoint);
    return limit == nullptr ? -1 : limit->calls;
  }
  if (found->second.size <= 0) return -1;
  Bucket copy = found->second;
  refill(copy);
  return clock_.now() < copy.blocked_until ? 0 : static_cast<std::int64_t>(copy.level);
}

void WalmartBudget::close() {
  closed_ = true;
  changed_.notify_all();
}

}  // namespace connector::engine
