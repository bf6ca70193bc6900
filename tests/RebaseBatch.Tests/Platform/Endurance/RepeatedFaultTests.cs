using Microsoft.Extensions.Logging;
using RebaseBatch.Platform.Endurance;
using Xunit;

namespace RebaseBatch.Tests.Platform.Endurance;

[Fast]
public sealed class RepeatedFaultTests
{
    readonly ManualTime _time = new();
    readonly Lines _log = [];
    readonly RepeatedFault _fault;

    public RepeatedFaultTests() => _fault = new("the claim", _time, _log);

    [Fact]
    public void A_fault_is_told_once_then_counted_once_a_minute_and_its_end_is_told()
    {
        for (var second = 0; second < 125; second++)
        {
            Fail(new TimeoutException("late"));
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        _fault.Over();
        _fault.Over();
        Assert.Equal(
        [
            "first: late",
            "the claim failed 60 times in 60 s, the last time: late",
            "the claim failed 60 times in 60 s, the last time: late",
            "the claim works again, after 125 failures in 125 s",
        ], _log);
    }

    [Fact]
    public void Another_kind_of_fault_is_told_at_once()
    {
        Fail(new TimeoutException("late"));
        Fail(new IOException("broken"));
        Fail(new TimeoutException("late"));
        Assert.Equal(["first: late", "first: broken"], _log);
    }

    [Fact]
    public void A_fault_that_comes_and_goes_has_two_lines_a_minute()
    {
        for (var second = 0; second < 60; second++)
        {
            Fail(new TimeoutException("late"));
            _fault.Over();
            _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["first: late", "the claim works again, after 1 failures in 0 s"], _log);
        Fail(new TimeoutException("late"));
        Assert.Equal("the claim failed 60 times in 60 s, the last time: late", _log[^1]);
    }

    [Fact]
    public void What_never_failed_is_not_told_to_be_over()
    {
        _fault.Over();
        Assert.Empty(_log);
    }

    void Fail(Exception fault) => _fault.Happened(fault, () => _log.Add($"first: {fault.Message}"));

    sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
