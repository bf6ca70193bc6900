using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Jobs;

/// <summary>What a command takes of a dataset, and which of its faults it forgives.</summary>
/// <param name="SkipInvalid">Whether bad lines are left out.</param>
/// <param name="NoGold">Whether a dataset without any right answer is taken.</param>
/// <param name="Limit">Problems to take, from the first; null for all.</param>
/// <param name="NoGoldWay">How the user allows a dataset without right answers, for the sentence that refuses it.</param>
/// <param name="Fields">The fields that the user names; null for none.</param>
sealed record DatasetRules(
    bool SkipInvalid = false, bool NoGold = false, int? Limit = null, string NoGoldWay = "--no-gold", DatasetFields? Fields = null);
