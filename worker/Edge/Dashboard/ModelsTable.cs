using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Dashboard;

static class ModelsTable
{
    static readonly string[] s_columns =
        ["Model", "Role", "#Tokens a second", "#Batches full", "#Branches a call", "#Cells in use", "#Waiting", "#Evictions",
            "#Re-encoded tokens"];

    public static Html Of(IReadOnlyList<ModelStatus> models) =>
        HtmlTable.Of("models", "Models of this worker", "No model is loaded.", s_columns, [.. models.Select(Row)]);

    static Html Row(ModelStatus model) => Html.Of($"""
        <tr><th scope="row">{model.Model}</th><td>{model.Role}</td>{HtmlTable.Number(HumanText.Of((long)Math.Round(model.TokensPerSecond)))}
        {HtmlTable.Number(HumanText.Share(model.BatchFill))}{HtmlTable.Number(HumanText.Decimal(model.BranchesPerCall))}
        {HtmlTable.Number($"{HumanText.Of(model.CellsUsed)} of {HumanText.Of(model.Cells)}")}{HtmlTable.Number(HumanText.Of(model.Waiting))}
        {HtmlTable.Number(HumanText.Of(model.Evictions))}{HtmlTable.Number(HumanText.Of(model.ReencodedTokens))}</tr>
        """);
}
