using System.Globalization;
using RebaseBatch.Contracts;

namespace RebaseBatch.Edge.Intake;

/// <summary>A message of a later version than this program reads; a newer worker may make a job of it.</summary>
sealed class NewerMessageException(int version) : Exception(string.Create(
    CultureInfo.InvariantCulture, $"the message is of version {version}, and this program reads up to {JobMessage.CurrentVersion}: bring the workers up to date"));
