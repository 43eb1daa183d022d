// The protocol has a Refusal of its own (a code alone); in the server the word means the pipeline's.
global using Microsoft.AspNetCore.Http.HttpResults;
global using Refusal = Whistle.Server.Pipeline.Refusal;
