#pragma once

#include "domain/time.h"

namespace connector::sandbox::exact {

/// What Amsterdam's clocks are ahead of UTC: two hours from the last Sunday of March 01:00 UTC to that of October.
inline domain::Milliseconds amsterdam_offset(domain::UtcTime time) {
  using namespace std::chrono;
  const year current = year_month_day{floor<days>(time)}.year();
  const auto turn = [&](month which) { return domain::UtcTime{sys_days{current / which / Sunday[last]}} + hours{1}; };
  const bool summer = time >= turn(March) && time < turn(October);
  return summer ? hours{2} : hours{1};
}

}  // namespace connector::sandbox::exact
