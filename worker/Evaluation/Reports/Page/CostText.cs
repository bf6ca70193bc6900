using RebaseBatch.Contracts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>How the page calls a measure of cost.</summary>
static class CostText
{
    /// <summary>In names of files.</summary>
    public static string Name(CostMeasure measure) => StoredNames.Of(measure);

    /// <summary><c>policy FLOPs</c></summary>
    public static string Of(CostMeasure measure) => measure switch
    {
        CostMeasure.Policy => "policy FLOPs",
        CostMeasure.Total => "policy and reward FLOPs",
        _ => "seconds",
    };

    public static string Title(CostMeasure measure) => measure switch
    {
        CostMeasure.Policy => "Policy FLOPs (the paper's)",
        CostMeasure.Total => "Policy and reward FLOPs",
        _ => "Seconds",
    };

    public static string Axis(CostMeasure measure) => $"{Of(measure)} a problem";
}
