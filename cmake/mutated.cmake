# The sources with places for bugs on purpose (src/domain/mutation.h).
set(mutated_sources
    domain/allocation.cpp
    domain/line_charges.cpp
    domain/period_calendar.cpp
    domain/planning.cpp
    engine/exact_budget.cpp
    engine/posting_worker.cpp
    exact/session.cpp
    exact/stored_tokens.cpp
    flows/call_outcomes.cpp
    flows/exact_bodies.cpp
    flows/order_flow.cpp
    flows/order_reader.cpp
    flows/record_order.cpp
    flows/return_flow.cpp
    server/webhooks.cpp
    store/sqlite/database.cpp
    store/sqlite/group_commit.cpp
    store/sqlite/transaction_audit.cpp
    store/sqlite/transaction_queue.cpp)
list(TRANSFORM mutated_sources PREPEND ${CMAKE_SOURCE_DIR}/src/)
list(JOIN mutated_sources "|" mutated_pattern)
