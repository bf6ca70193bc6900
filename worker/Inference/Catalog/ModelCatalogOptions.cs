namespace RebaseBatch.Inference.Catalog;

/// <summary>Section <c>Rebase:Models</c>: entries by name.</summary>
sealed class ModelCatalogOptions : Dictionary<string, ModelOptions>;
