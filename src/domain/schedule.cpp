#include "domain/schedule.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/duration.h"
#include "domain/wall_time.h"

namespace connector::domain {
namespace {

std::optional<UtcTime> next_by_cron(const Cron& cron, const std::string& zone, UtcTime last) {
  const auto wall = wall_time(last, zone);
  if (!wall) return std::nullopt;
  UtcTime from{wall->time_since_epoch()};
  const Milliseconds offset = from - last;
  // A repeated hour lasts an hour or two: after a few steps the wall time is past it.
  while (const auto next = cron.next_after(from)) {
    const auto instant = instant_of(WallTime{next->time_since_epoch()}, zone);
    if (!instant) return std::nullopt;
    const UtcTime straight = *next - offset;
    if (cron.any_hour()) return *instant > last ? std::min(*instant, straight) : straight;
    if (*instant > last) return *instant;
    from = *next;
  }
  return std::nullopt;
}

std::size_t words_of(std::string_view text) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ' ' && (i == 0 || text[i - 1] == ' ')) ++words;
  }
  return words;
}

}  // namespace

std::optional<UtcTime> Schedule::next_after(UtcTime last) const {
  if (interval) return last + *interval;
  if (cron) return next_by_cron(*cron, zone, last);
  return std::nullopt;
}

std::optional<Milliseconds> Schedule::period(UtcTime from) const {
  if (interval) return interval;
  const auto next = next_after(from);
  if (!next) return std::nullopt;
  const auto after = next_after(*next);
  return after ? std::optional(*after - *next) : std::nullopt;
}

Result<Schedule> parse_schedule(std::string_view text) {
  Schedule schedule;
  schedule.text = text;
  if (text == "off") return schedule;
  if (text.find(' ') == std::string_view::npos) {
    const auto interval = parse_duration(text);
    if (!interval) {
      return fail(
          Cause::bad_input,
          fmt::format("\"{}\" is neither an interval such as \"15m\", nor a cron expression, nor \"off\"", text));
    }
    schedule.interval = *interval;
    return schedule;
  }
  std::string_view expression = text;
  const auto last_space = text.find_last_of(' ');
  const std::string_view last_word = text.substr(last_space + 1);
  const bool is_word = !last_word.empty() &&
                       ((last_word[0] >= 'A' && last_word[0] <= 'Z') || (last_word[0] >= 'a' && last_word[0] <= 'z'));
  // "0 6 * * MON" ends with a weekday.
  const bool names_zone = is_word && words_of(text) != Cron::field_count;
  if (names_zone) {
    schedule.zone = last_word;
    expression = text.substr(0, last_space);
    if (const auto known = wall_time(UtcTime{}, schedule.zone); !known) return fail(known.error());
  }
  auto cron = Cron::parse(expression);
  if (!cron) return fail(cron.error());
  if (!cron->next_after(UtcTime{})) {
    return fail(Cause::bad_input, fmt::format("\"{}\" names a day that never comes", text));
  }
  schedule.cron = *cron;
  return schedule;
}

Schedule schedule_in_force(std::string_view flow, const std::map<std::string, std::string, std::less<>>& own,
                           const FlowSchedules& installation) {
  if (const auto found = own.find(flow); found != own.end()) {
    if (auto parsed = parse_schedule(found->second)) return *std::move(parsed);
  }
  const auto found = installation.find(flow);
  return found == installation.end() ? Schedule() : found->second;
}

}  // namespace connector::domain
