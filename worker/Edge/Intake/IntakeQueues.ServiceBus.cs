using RebaseBatch.Edge.Intake.ServiceBus;

namespace RebaseBatch.Edge.Intake;

static partial class IntakeQueues
{
    static partial void AddServiceBus(IntakeOptions options, ref IIntakeQueue? queue) => queue = new ServiceBusQueue(options);

    static partial void AddServiceBus(IntakeOptions options, ref IDeadLetters? letters) => letters = new ServiceBusDeadLetters(options);
}
