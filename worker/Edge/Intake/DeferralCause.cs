namespace RebaseBatch.Edge.Intake;

/// <summary>Why a message can't become a job now.</summary>
enum DeferralCause
{
    /// <summary>Postgres is away. This never makes a dead letter.</summary>
    Database,

    /// <summary>The dataset's server is away or refuses the worker's identity, or this machine lacks what the file needs.</summary>
    Dataset,

    /// <summary>The message has a later version than this program reads; another worker may read it.</summary>
    Version,

    /// <summary>A fault of this program.</summary>
    Fault,

    /// <summary>This worker stops.</summary>
    Stop,
}
