namespace RebaseBatch.Inference.Scheduling;

/// <summary>What a sequence id is used for.</summary>
enum SlotState
{
    /// <summary>It holds no token.</summary>
    Free,

    /// <summary>A sequence decodes in it.</summary>
    Busy,

    /// <summary>No sequence decodes in it. Its prefix is kept for later sequences that continue it, until the room is needed.</summary>
    Idle,
}
