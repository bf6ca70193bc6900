// The tests' support, in groups by what they need. Every test sees them.
global using RebaseBatch.Tests.Support;
global using RebaseBatch.Tests.Support.Blobs;
global using RebaseBatch.Tests.Support.Browsing;
global using RebaseBatch.Tests.Support.Files;
global using RebaseBatch.Tests.Support.Http;
global using RebaseBatch.Tests.Support.Intake;
global using RebaseBatch.Tests.Support.Llama;
global using RebaseBatch.Tests.Support.Postgres;
global using RebaseBatch.Tests.Support.Processes;
global using RebaseBatch.Tests.Support.RemoteModels;
global using RebaseBatch.Tests.Support.Scripted;
global using RebaseBatch.Tests.Support.ServiceBus;
global using RebaseBatch.Tests.Support.Time;
global using RebaseBatch.Tests.Support.Watching;
global using RebaseBatch.Tests.Support.Workers;
