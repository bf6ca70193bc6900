using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Intake;

/// <summary>A message of a later version than this program reads; a newer worker may make a job from it.</summary>
sealed class NewerMessageException(int version) : Exception(string.Create(
    CultureInfo.InvariantCulture, $"the message has version {version}, and this program reads versions up to {JobMessage.CurrentVersion}: "
        + $"update the workers"));
