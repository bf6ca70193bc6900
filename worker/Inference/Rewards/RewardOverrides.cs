namespace RebaseBatch.Inference.Rewards;

/// <summary>What a catalog entry itself says of the texts around steps; null where it says nothing.</summary>
sealed record RewardOverrides(string? Tag, string? Good, string? Bad, string? AfterQuestion, int? TagId, int? GoodId, int? BadId)
{
    /// <summary>The texts with what the entry says. The token id of another text is not that of the preset.</summary>
    public RewardPreset Over(RewardPreset texts) => texts with
    {
        Tag = Tag ?? texts.Tag,
        Good = Good ?? texts.Good,
        Bad = Bad ?? texts.Bad,
        AfterQuestion = AfterQuestion ?? texts.AfterQuestion,
        TagId = TagId ?? (Tag is null ? texts.TagId : null),
        GoodId = GoodId ?? (Good is null ? texts.GoodId : null),
        BadId = BadId ?? (Bad is null ? texts.BadId : null),
    };
}
