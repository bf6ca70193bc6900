using System.Text.Json.Serialization;

namespace RebaseBatch.Platform.Postgres.Embedded;

/// <summary>The format of <c>pg-symlinks.json</c> in PostgreSQL's npm package.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<LibraryLink>))]
sealed partial class LibraryLinkJson : JsonSerializerContext;
