namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>How the page calls a measure of cost.</summary>
static class CostText
{
    /// <summary>In names of files.</summary>
    public static string Name(CostMeasure measure) => measure is CostMeasure.Policy ? "policy" : "total";

    /// <summary><c>policy FLOPs</c></summary>
    public static string Of(CostMeasure measure) => measure is CostMeasure.Policy ? "policy FLOPs" : "policy and reward FLOPs";

    public static string Title(CostMeasure measure) =>
        measure is CostMeasure.Policy ? "Policy FLOPs (the paper's)" : "Policy and reward FLOPs";

    public static string Axis(CostMeasure measure) => $"{Of(measure)} a problem";
}
