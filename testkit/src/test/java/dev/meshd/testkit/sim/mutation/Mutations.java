package dev.meshd.testkit.sim.mutation;

import dev.meshd.testkit.sim.mutation.Mutation.Spot;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The mistakes that the simulation is tried with. */
final class Mutations {

  private static final String WIREGUARD = "dev.meshd.wireguard.";
  private static final String PATH = "dev.meshd.magicsock.path.";
  private static final String ENGINE = "dev.meshd.engine.";

  private Mutations() {}

  /** Those that must be caught, whatever else changes. */
  static List<Mutation> required() {
    return List.of(
        new Mutation(
            "a replay window off by one",
            WIREGUARD + "transport.ReplayWindow",
            "accept",
            constant(8128L, 8129L)),
        new Mutation(
            "a key accepted for the wrong peer: its source address is not checked",
            ENGINE + "datapath.Inbound",
            "deliver",
            alwaysEqual()),
        new Mutation(
            "a timer never re-armed: handshakes are not retransmitted",
            WIREGUARD + "PeerTimers",
            "armRetransmission",
            nothing()));
  }

  static List<Mutation> more() {
    return List.of(
        new Mutation(
            "a replay window that clears one block too many",
            WIREGUARD + "transport.ReplayWindow",
            "clearBlocksUpTo",
            constant(1L, 0L)),
        new Mutation(
            "heartbeats not re-armed",
            PATH + "PeerPaths",
            "onDeadline",
            constant(3_000_000_000L, 3_000_000_000_000L)),
        new Mutation(
            "staged packets not sent when there is a session",
            ENGINE + "datapath.Outbound",
            "flushStaged",
            nothing()),
        new Mutation("a new network keeps the old paths", PATH + "TrustedPath", "clear", nothing()),
        new Mutation("loss of a relay unnoticed", ENGINE + "RelayUse", "onDisconnected", nothing()),
        new Mutation("a deadline in the past", PATH + "PeerPaths", "nextDeadlineNs", noMaximum()),
        new Mutation(
            "the packet filter lets everything in",
            ENGINE + "filter.RuleFilter",
            "allowsInbound",
            yes()),
        new Mutation("call-me-maybe ignored", PATH + "PeerPaths", "onCallMeMaybe", nothing()),
        new Mutation("an old disco key kept", ENGINE + "PeerDirectory", "rekey", nothing()),
        new Mutation(
            "sessions of a removed peer kept",
            WIREGUARD + "WireGuardDevice",
            "forgetKeys",
            nothing()),
        new Mutation("an expired peer stays", ENGINE + "MeshPeer", "expired", no()),
        new Mutation("trust in a path never ends", PATH + "TrustedPath", "isTrusted", yes()),
        new Mutation("a peer that moved is not doubted", PATH + "TrustedPath", "doubt", nothing()),
        new Mutation(
            "learned addresses without limit",
            PATH + "CandidateTable",
            "makeRoomForLearned",
            yes()),
        new Mutation("idle relays stay open", ENGINE + "RelayUse", "armSweep", nothing()));
  }

  // --- edits

  /** The method does nothing. */
  private static Function<Spot, CodeTransform> nothing() {
    return instead(CodeBuilder::return_);
  }

  private static Function<Spot, CodeTransform> yes() {
    return instead(code -> code.iconst_1().ireturn());
  }

  private static Function<Spot, CodeTransform> no() {
    return instead(code -> code.iconst_0().ireturn());
  }

  private static Function<Spot, CodeTransform> instead(Consumer<CodeBuilder> body) {
    return spot ->
        new CodeTransform() {
          @Override
          public void accept(CodeBuilder builder, CodeElement element) {
            // Nothing of the original is kept.
          }

          @Override
          public void atEnd(CodeBuilder builder) {
            spot.hit();
            body.accept(builder);
          }
        };
  }

  private static Function<Spot, CodeTransform> constant(long from, long to) {
    return spot ->
        (builder, element) -> {
          if (element instanceof ConstantInstruction constant
              && constant.constantValue() instanceof Long value
              && value == from) {
            spot.hit();
            builder.loadConstant(to);
          } else {
            builder.with(element);
          }
        };
  }

  /** Two objects that must be the same always are. */
  private static Function<Spot, CodeTransform> alwaysEqual() {
    return spot ->
        (builder, element) -> {
          if (element instanceof BranchInstruction branch && branch.opcode() == Opcode.IF_ACMPEQ) {
            spot.hit();
            builder.pop2().goto_(branch.target());
          } else {
            builder.with(element);
          }
        };
  }

  /** The maximum of two is the first. */
  private static Function<Spot, CodeTransform> noMaximum() {
    return spot ->
        (builder, element) -> {
          if (element instanceof InvokeInstruction call && call.name().equalsString("max")) {
            spot.hit();
            builder.pop2();
          } else {
            builder.with(element);
          }
        };
  }
}
