namespace RebaseBatch.Durable.Verification;

/// <summary>Repairs, and checks again.</summary>
sealed class RepairRun(Verifier verifier, Repairs repairs)
{
    // One repair can show the next fault: usage that was corrected changes the job's sums, and a batch that was taken from a dead worker
    // may end its job.
    const int Rounds = 3;

    /// <param name="findings">What <see cref="Verifier.RunAsync"/> found.</param>
    /// <returns>What it finds after the repair, with the number of repaired rows.</returns>
    public async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<Finding> findings, TimeSpan grace, CancellationToken ct)
    {
        var repaired = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds && findings.Any(finding => finding.IsFaulty); round++)
        {
            var before = repaired.Values.Sum();
            foreach (var finding in findings.Where(finding => finding.IsFaulty))
                repaired[finding.Check] = repaired.GetValueOrDefault(finding.Check) + await repairs.RunAsync(finding, ct);
            findings = await verifier.RunAsync(grace, ct);
            if (repaired.Values.Sum() == before) break;
        }

        return [.. findings.Select(finding => finding with { Repaired = repaired.GetValueOrDefault(finding.Check) })];
    }
}
