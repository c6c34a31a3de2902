// Members of Matrix rooms, played by matrix-js-sdk, for the Python beside this file.
//
// A request is a line of JSON on stdin, {id, op, …}; its answer a line on stdout, {id, ok} or {id, error}.
// Requests run side by side. The end of stdin is the end of the process.

import { createInterface } from "node:readline";

// The SDK and its WebAssembly log what members write, and would do so between the answers.
for (const level of ["debug", "error", "info", "log", "trace", "warn"]) console[level] = () => {};

const { ClientEvent, createClient, Direction, MatrixEvent, SyncState } = await import("matrix-js-sdk");
const { AllDevicesIsolationMode, EventShieldColour, EventShieldReason, OnlySignedDevicesIsolationMode } = await import(
    "matrix-js-sdk/lib/crypto-api/index.js"
);

const PAGE = 1000; // Synapse's most.
const KEYS = "/sendToDevice/m.room.encrypted/";

const members = new Map();

class Member {
    constructor(client, held) {
        this.client = client;
        this.held = held;
        this.syncs = 0; // Answers of the server that were worked through.
        this.waiting = new Set();
        client.on(ClientEvent.Sync, (state) => {
            if (state === SyncState.Prepared || state === SyncState.Syncing) {
                this.syncs += 1;
                for (const wake of [...this.waiting]) wake();
            }
        });
    }

    get crypto() {
        return this.client.getCrypto();
    }

    // Wait until more than `after` answers were worked through, `milliseconds` at most.
    synced(after, milliseconds) {
        if (this.syncs > after) return Promise.resolve();
        return new Promise((done) => {
            const wake = () => {
                clearTimeout(timer);
                this.waiting.delete(wake);
                done();
            };
            const timer = setTimeout(wake, milliseconds);
            this.waiting.add(wake);
        });
    }

    // Wait until `holds` is true of what this client knows.
    async knows(what, holds, seconds = 20) {
        const deadline = Date.now() + seconds * 1000;
        for (;;) {
            const seen = this.syncs;
            if (await holds()) return;
            const left = deadline - Date.now();
            if (left <= 0) throw new Error(`${this.client.getUserId()} does not know after ${seconds} s: ${what}`);
            await this.synced(seen, left);
        }
    }

    // In the room, and aware of whether it is encrypted: what is said before would go out in the clear.
    inside(room) {
        return this.knows(`being in ${room}`, async () => {
            const known = this.client.getRoom(room);
            if (known?.getMyMembership() !== "join") return false;
            if (!known.currentState.getStateEvents("m.room.create", "")) return false;
            const encrypted = known.currentState.getStateEvents("m.room.encryption", "") !== null;
            return !encrypted || (await this.crypto.isEncryptionEnabledInRoom(room));
        });
    }
}

// A client's requests, those aside that hand over the keys of rooms while they are held.
function fetching(held) {
    return async (url, options) => {
        if (held.on && String(url).includes(KEYS)) {
            held.requests.push([url, { ...options, signal: undefined }]);
            return new Response("{}", { status: 200, headers: { "Content-Type": "application/json" } });
        }
        return await fetch(url, options);
    };
}

async function confirmed(password, user, request) {
    try {
        return await request(null);
    } catch (error) {
        if (error.httpStatus !== 401 || !error.data?.session || !password) throw error;
        const identifier = { type: "m.id.user", user };
        return await request({ type: "m.login.password", identifier, password, session: error.data.session });
    }
}

// Mark the room as a client does, in the member's own data.
async function direct(client, room, users) {
    const kept = client.getAccountData("m.direct")?.getContent() ?? {};
    const added = Object.fromEntries(users.map((user) => [user, [...(kept[user] ?? []), room]]));
    await client.setAccountData("m.direct", { ...kept, ...added });
}

const reverse = (enumeration, value) => enumeration[value] ?? null;

async function read(member, raw) {
    const event = new MatrixEvent(raw);
    const encrypted = event.isEncrypted();
    await member.client.decryptEventIfNeeded(event);
    const undecryptable = event.isDecryptionFailure() || event.getType() === "m.room.encrypted";
    const information = encrypted ? await member.crypto.getEncryptionInfoForEvent(event) : null;
    return {
        event_id: event.getId(),
        at: event.getTs(),
        sender: event.getSender(),
        type: event.getType(),
        state_key: raw.state_key ?? null,
        content: undecryptable ? {} : event.getContent(),
        // In an encrypted room, too, relations are in the clear: clients see no others.
        relation: event.getWireContent()["m.relates_to"] ?? {},
        redacted: event.isRedacted(),
        encrypted,
        undecryptable: undecryptable && !event.isRedacted() ? (event.decryptionFailureReason ?? "UNKNOWN_ERROR") : null,
        shield: information && reverse(EventShieldColour, information.shieldColour),
        shield_reason: information && reverse(EventShieldReason, information.shieldReason),
    };
}

const operations = {
    async login({ name, account, signed }) {
        if (members.has(name)) throw new Error(`Somebody is logged in as ${name} already`);
        let { homeserver, user, password, token, device } = account;
        if (!token) {
            const asking = createClient({ baseUrl: homeserver });
            const identifier = { type: "m.id.user", user };
            const answer = await asking.loginRequest({ type: "m.login.password", identifier, password });
            [user, token, device] = [answer.user_id, answer.access_token, answer.device_id];
        }
        const held = { on: false, requests: [] };
        const client = createClient({
            baseUrl: homeserver,
            userId: user,
            accessToken: token,
            deviceId: device,
            fetchFn: fetching(held),
        });
        const member = new Member(client, held);
        await client.initRustCrypto({ useIndexedDB: false });
        await client.startClient({ initialSyncLimit: 1 });
        await member.knows("its first sync", () => member.syncs > 0);
        if (signed) {
            const authUploadDeviceSigningKeys = (request) => confirmed(password, user, request);
            await member.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys });
        }
        members.set(name, member);
        return { user, device };
    },

    async create_room(member, { options }) {
        const { room_id: room } = await member.client.createRoom(options);
        await member.inside(room);
        if (options.is_direct) await direct(member.client, room, options.invite);
        return room;
    },

    async join(member, { room }) {
        await member.client.joinRoom(room);
        await member.inside(room);
    },

    async leave(member, { room }) {
        await member.client.leave(room);
    },

    async invite(member, { room, user }) {
        await member.client.invite(room, user);
    },

    async invited(member) {
        const rooms = member.client.getRooms().filter((room) => room.getMyMembership() === "invite");
        return { syncs: member.syncs, rooms: rooms.map((room) => room.roomId) };
    },

    async send(member, { room, type, content }) {
        const { event_id: event } = await member.client.sendEvent(room, type, content);
        return event;
    },

    async redact(member, { room, event }) {
        const { event_id: redaction } = await member.client.redactEvent(room, event);
        return redaction;
    },

    // Everything the server has of the room, oldest first, as this client can read it, and where its syncs are.
    async events(member, { room }) {
        const syncs = member.syncs;
        const found = [];
        let from = null;
        do {
            const page = await member.client.createMessagesRequest(room, from, PAGE, Direction.Backward);
            found.push(...page.chunk);
            from = page.end ?? null;
        } while (from !== null);
        const events = [];
        for (const raw of found.reverse()) events.push(await read(member, raw));
        return { syncs, events };
    },

    async synced(member, { after, seconds }) {
        await member.synced(after, seconds * 1000);
    },

    async sees(member, { room, user, membership, seconds }) {
        const holds = () => member.client.getRoom(room)?.getMember(user)?.membership === membership;
        await member.knows(`${user} being ${membership} in ${room}`, holds, seconds);
    },

    async only_signed(member, { on }) {
        member.crypto.setDeviceIsolationMode(
            on ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false),
        );
    },

    async hold_keys(member, { on }) {
        member.held.on = on;
        if (on) for (const { roomId } of member.client.getRooms()) await member.crypto.forceDiscardSession(roomId);
        for (const [url, options] of member.held.requests.splice(0)) {
            const answer = await fetch(url, options);
            if (!answer.ok) throw new Error(`The server answered ${answer.status} to keys that were held`);
        }
    },

    async devices(member, { user }) {
        const known = (await member.crypto.getUserDeviceInfo([user])).get(user);
        if (known === undefined) throw new Error(`It shares no encrypted room with ${user}, so its client has no keys`);
        const told = [];
        for (const device of known.values()) {
            const status = await member.crypto.getDeviceVerificationStatus(user, device.deviceId);
            told.push({
                id: device.deviceId,
                key: device.getFingerprint(),
                signed: status?.signedByOwner ?? false,
                verified: status?.isVerified() ?? false,
            });
        }
        return told;
    },

    async stop(member, { name }) {
        members.delete(name);
        member.client.stopClient();
    },
};

async function answer(request) {
    const operation = operations[request.op];
    if (operation === undefined) throw new Error(`There is no operation ${request.op}`);
    if (request.op === "login") return await operation(request);
    const member = members.get(request.name);
    if (member === undefined) throw new Error(`Nobody is logged in as ${request.name}`);
    return await operation(member, request);
}

function write(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    answer(request).then(
        (ok) => write({ id: request.id, ok: ok ?? null }),
        (error) => write({ id: request.id, error: `${error?.errcode ?? error?.name}: ${error?.message}` }),
    );
}
process.exit(0);
