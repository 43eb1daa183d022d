global using Whistle.Protocol;
global using Xunit;
