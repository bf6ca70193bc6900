using System.Text.Json;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Inference.Remote.Dialects;

/// <summary>The list of models at <c>/v1/models</c>, which all servers have.</summary>
static class ModelCards
{
    /// <summary>The model of that name; without a name the only one.</summary>
    /// <exception cref="ModelFaultException">There is none, or there are several and no name.</exception>
    public static JsonElement? Find(JsonElement? models, string? wanted)
    {
        if (models.Get("data") is not { ValueKind: JsonValueKind.Array } data)
            throw new ModelFaultException($"its list of models at v1/models can't be read: {JsonReading.Shown(models)}");
        var cards = data.EnumerateArray().Where(card => card.Get("id").Text() is not null).ToList();
        var names = string.Join(", ", cards.Select(card => $"'{card.Get("id").Text()}'"));
        if (wanted is null)
            return cards is [var only] ? only : throw new ModelFaultException(
                cards.Count == 0 ? "it serves no model" : $"it serves {names}: name one of them in the entry's Model");
        foreach (var card in cards)
            if (card.Get("id").Text() == wanted) return card;
        throw new ModelFaultException($"it has no model '{wanted}'{(cards.Count == 0 ? "" : $", it has {names}")}");
    }
}
