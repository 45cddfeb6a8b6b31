#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "ports/call.h"

namespace connector::contract {

/// The value of a call that is expected to succeed.
template <class T>
T value_of(ports::CallResult<T> answer) {
  EXPECT_TRUE(answer) << answer.error().error.message;
  return answer ? std::move(answer->value) : T{};
}

/// The cause of a call that is expected to fail.
template <class T>
domain::Cause cause_of(const ports::CallResult<T>& answer) {
  EXPECT_FALSE(answer);
  return answer ? domain::Cause::cancelled : answer.error().error.cause;
}

}  // namespace connector::contract
