using System.Net;

namespace RebaseBatch.Tests.Edge.Actions;

/// <param name="Policy">The page's Content-Security-Policy.</param>
sealed record PageReply(HttpStatusCode Code, string Text, string Policy);
