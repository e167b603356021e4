package dev.meshd.agent.backend;

import static dev.meshd.agent.localapi.BackendState.NEEDS_LOGIN;
import static dev.meshd.agent.localapi.BackendState.NEEDS_MACHINE_AUTH;
import static dev.meshd.agent.localapi.BackendState.NO_STATE;
import static dev.meshd.agent.localapi.BackendState.RUNNING;
import static dev.meshd.agent.localapi.BackendState.STARTING;
import static dev.meshd.agent.localapi.BackendState.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.agent.backend.StateRules.Facts;
import dev.meshd.agent.localapi.BackendState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class StateRulesTest {
  private static final boolean YES = true;
  private static final boolean NO = false;

  static Stream<Arguments> transitions() {
    // wanted, logged out, key, blocked, map, expired, authorised, live
    Facts fresh = new Facts(NO, YES, NO, NO, NO, NO, NO, NO);
    Facts stopped = new Facts(NO, NO, YES, NO, NO, NO, NO, NO);
    Facts joining = new Facts(YES, NO, NO, NO, NO, NO, NO, NO);
    Facts waitingForHuman = new Facts(YES, NO, NO, YES, NO, NO, NO, NO);
    Facts mapArrived = new Facts(YES, NO, YES, NO, YES, NO, YES, NO);
    Facts relayUp = new Facts(YES, NO, YES, NO, YES, NO, YES, YES);
    Facts expired = new Facts(YES, NO, YES, NO, YES, YES, YES, YES);
    Facts unapproved = new Facts(YES, NO, YES, NO, YES, NO, NO, NO);
    Facts loggedOut = new Facts(NO, YES, NO, NO, NO, NO, NO, NO);
    return Stream.of(
        Arguments.of("first start", NO_STATE, fresh, NEEDS_LOGIN),
        Arguments.of("start while down", NO_STATE, stopped, STOPPED),
        Arguments.of(
            "up from stopped, no map yet",
            STOPPED,
            new Facts(YES, NO, YES, NO, NO, NO, NO, NO),
            STARTING),
        Arguments.of("joining", NO_STATE, joining, NO_STATE),
        Arguments.of("a human is asked", NO_STATE, waitingForHuman, NEEDS_LOGIN),
        Arguments.of("map, no relay yet", NO_STATE, mapArrived, STARTING),
        Arguments.of("relay up", STARTING, relayUp, RUNNING),
        Arguments.of("relay lost while running", RUNNING, mapArrived, RUNNING),
        Arguments.of("key expired", RUNNING, expired, NEEDS_LOGIN),
        Arguments.of("waiting for approval", STARTING, unapproved, NEEDS_MACHINE_AUTH),
        Arguments.of("approved", NEEDS_MACHINE_AUTH, mapArrived, STARTING),
        Arguments.of("down", RUNNING, new Facts(NO, NO, YES, NO, YES, NO, YES, YES), STOPPED),
        Arguments.of("logged out", RUNNING, loggedOut, NEEDS_LOGIN));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transitions")
  void followsTheTable(String when, BackendState current, Facts facts, BackendState next) {
    assertThat(StateRules.next(current, facts)).as(when).isEqualTo(next);
  }

  @ParameterizedTest
  @EnumSource(BackendState.class)
  void isStableOnceReached(BackendState current) {
    transitions()
        .forEach(
            row -> {
              Facts facts = (Facts) row.get()[2];
              BackendState once = StateRules.next(current, facts);
              BackendState twice = StateRules.next(once, facts);
              assertThat(StateRules.next(twice, facts)).isEqualTo(twice);
            });
  }
}
