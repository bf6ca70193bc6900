namespace RebaseBatch.Inference.Scheduling;

/// <summary>What a sequence id is used for.</summary>
enum SlotUse
{
    /// <summary>It holds no token.</summary>
    Free,

    /// <summary>A branch decodes in it.</summary>
    Busy,

    /// <summary>Nobody decodes in it; its prefix is kept for those who continue it, until the room is needed.</summary>
    Idle,
}
